"""The words of the pages of processes and jobs."""

from __future__ import annotations

from services.language import Language
from services.ogc.processes.process import Words

STATUS: dict[str, Words] = {
    "accepted": ("Đang chờ đến lượt", "Waiting for its turn"),
    "running": ("Đang chạy", "Running"),
    "successful": ("Đã xong", "Done"),
    "failed": ("Không làm được", "Failed"),
    "dismissed": ("Đã huỷ", "Dismissed"),
}

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "jobs": "Các việc",
        "job": "Việc",
        "inputs": "Đầu vào",
        "outputs": "Đầu ra",
        "needed": "bắt buộc",
        "default": "mặc định",
        "example": "Ví dụ",
        "results": "Kết quả",
        "created": "Tạo lúc",
        "finished": "Xong lúc",
        "progress": "Tiến độ",
        "status": "Tình trạng",
        "none": "Chưa có việc nào.",
        "modes": "Cách chạy",
        "sync-execute": "trả lời ngay",
        "async-execute": "chạy nền (Prefer: respond-async)",
        "kept": "Ai biết địa chỉ này đều xem được; kết quả chỉ được giữ một thời gian.",
    },
    "en": {
        "jobs": "Jobs",
        "job": "Job",
        "inputs": "Inputs",
        "outputs": "Outputs",
        "needed": "required",
        "default": "default",
        "example": "Example",
        "results": "Results",
        "created": "Created",
        "finished": "Finished",
        "progress": "Progress",
        "status": "Status",
        "none": "There are no jobs.",
        "modes": "Execution",
        "sync-execute": "answered at once",
        "async-execute": "in the background (Prefer: respond-async)",
        "kept": "Whoever knows this address may read it; results are kept for some time only.",
    },
}

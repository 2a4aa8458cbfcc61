"""What people report and what they are answered, in the words in which such reports are written."""

from __future__ import annotations

# By category: share of all reports, days allowed, who handles it, (title, description) and answers.
SHARES: dict[str, float] = {
    "ha_tang": 0.24,
    "moi_truong": 0.21,
    "trat_tu_do_thi": 0.13,
    "giao_thong": 0.12,
    "cap_nuoc_dien": 0.13,
    "xay_dung": 0.07,
    "an_ninh": 0.06,
    "dich_vu_cong": 0.04,
}
DAYS: dict[str, int] = {
    "ha_tang": 15,
    "moi_truong": 7,
    "trat_tu_do_thi": 5,
    "giao_thong": 7,
    "cap_nuoc_dien": 5,
    "xay_dung": 10,
    "an_ninh": 3,
    "dich_vu_cong": 7,
}
AGENCIES: dict[str, tuple[str, ...]] = {
    "ha_tang": ("Phòng Kinh tế{tail} {label}", "Ban Quản lý dự án đầu tư xây dựng khu vực", "UBND {label}"),
    "moi_truong": ("UBND {label}", "Phòng Kinh tế{tail} {label}", "Đơn vị thu gom rác {label}"),
    "trat_tu_do_thi": ("UBND {label}", "Công an {label}"),
    "giao_thong": ("Phòng Cảnh sát giao thông, Công an tỉnh", "Sở Xây dựng", "Công an {label}"),
    "cap_nuoc_dien": (
        "Điện lực khu vực {name}",
        "Đơn vị cấp nước khu vực {name}",
        "Phòng Kinh tế{tail} {label}",
    ),
    "xay_dung": ("Phòng Kinh tế{tail} {label}", "UBND {label}"),
    "an_ninh": ("Công an {label}",),
    "dich_vu_cong": ("Trung tâm Phục vụ hành chính công {label}", "UBND {label}"),
}

REPORTS: dict[str, tuple[tuple[str, str], ...]] = {
    "ha_tang": (
        (
            "Ổ gà lớn trên {street}",
            "Mặt đường {near} có ổ gà sâu, xe máy phải lách ra giữa đường, trời mưa nước ngập không nhìn thấy. "
            "Đề nghị dặm vá sớm.",
        ),
        (
            "Nắp cống bị vỡ tại {street}",
            "Nắp cống {near} vỡ một nửa đã {days} ngày, người dân cắm tạm cành cây để cảnh báo. Rất nguy hiểm "
            "cho học sinh đi bộ.",
        ),
        (
            "Ngập nước sau mưa ở {street}",
            "Cứ mưa to khoảng nửa giờ là đoạn {near} ngập hơn {cm} cm, nước tràn vào nhà. Kính đề nghị nạo vét "
            "cống thoát nước.",
        ),
        (
            "Vỉa hè hư hỏng trên {street}",
            "Gạch vỉa hè {near} bong tróc nhiều viên, người già và trẻ em đi lại dễ vấp ngã.",
        ),
        (
            "Lề đường sạt lở gần {street}",
            "Sau đợt mưa vừa qua, lề đường {near} bị sạt một đoạn khoảng {m} m, chưa có rào chắn và biển cảnh báo.",
        ),
        (
            "Thi công đào đường chưa hoàn trả mặt bằng tại {street}",
            "Đơn vị thi công đào đường đặt ống {near} đã {days} ngày chưa tái lập mặt đường, bụi bay vào nhà dân.",
        ),
    ),
    "moi_truong": (
        (
            "Rác tồn đọng tại {street}",
            "Điểm tập kết rác {near} {days} ngày chưa được thu gom, bốc mùi hôi, chó mèo bới tung ra đường.",
        ),
        (
            "Đổ trộm xà bần gần {street}",
            "Xe tải nhỏ đổ xà bần vào ban đêm tại khu đất trống {near}. Đề nghị lắp biển cấm và tăng cường kiểm tra.",
        ),
        (
            "Mùi hôi từ cơ sở chăn nuôi gần {street}",
            "Cơ sở chăn nuôi {near} xả nước thải ra mương, chiều tối mùi hôi nồng nặc, nhà dân xung quanh phải đóng "
            "kín cửa.",
        ),
        (
            "Nước mương đổi màu, có mùi tại {street}",
            "Đoạn mương {near} nước đen, nổi bọt và có cá chết. Mong cơ quan chức năng lấy mẫu kiểm tra.",
        ),
        (
            "Đốt rác gây khói tại {street}",
            "Có hộ thường xuyên đốt rác và bao ni lông {near}, khói bay vào khu dân cư, gây khó thở.",
        ),
    ),
    "trat_tu_do_thi": (
        (
            "Lấn chiếm vỉa hè buôn bán trên {street}",
            "Nhiều hộ bày bàn ghế, hàng hóa kín vỉa hè {near}, người đi bộ phải xuống lòng đường.",
        ),
        (
            "Chợ tự phát gây cản trở tại {street}",
            "Từ 5 giờ đến 8 giờ sáng, chợ tự phát họp tràn ra lòng đường {near}, xe không đi được.",
        ),
        (
            "Quảng cáo, rao vặt dán bừa bãi trên {street}",
            "Cột điện và tường rào {near} bị dán kín tờ rơi cho vay, rất mất mỹ quan.",
        ),
        (
            "Karaoke loa kéo ồn quá giờ tại {street}",
            "Quán nhậu {near} mở loa kéo đến sau 23 giờ nhiều ngày liền, người già và trẻ nhỏ không ngủ được.",
        ),
    ),
    "giao_thong": (
        (
            "Đèn tín hiệu không hoạt động tại {street}",
            "Đèn tín hiệu giao thông {near} tắt từ sáng, giờ cao điểm xe cộ chen nhau, dễ xảy ra va chạm.",
        ),
        (
            "Đỗ xe dưới lòng đường gây ùn tắc ở {street}",
            "Ô tô đỗ kín hai bên {near} vào giờ tan học, xe buýt và xe cứu thương khó đi qua.",
        ),
        (
            "Xe tải chạy giờ cấm qua {street}",
            "Xe chở vật liệu chạy nhanh, phủ bạt không kín {near}, rơi vãi cát đá vào giờ học sinh tan trường.",
        ),
        (
            "Đề nghị kẻ lại vạch và gắn gờ giảm tốc tại {street}",
            "Vạch sang đường {near} đã mờ, xe chạy rất nhanh. Đề nghị kẻ lại vạch và gắn gờ giảm tốc trước "
            "cổng trường.",
        ),
    ),
    "cap_nuoc_dien": (
        (
            "Đèn đường không sáng trên {street}",
            "Khoảng {n} bóng đèn chiếu sáng {near} không sáng đã {days} ngày, buổi tối đi lại rất nguy hiểm.",
        ),
        (
            "Nước sinh hoạt yếu, đục tại {street}",
            "Nước máy khu vực {near} chảy yếu vào giờ cao điểm, có hôm nước đục và có cặn.",
        ),
        ("Mất điện thường xuyên ở {street}", "Khu vực {near} tuần này mất điện {n} lần mà không có thông báo trước."),
        (
            "Dây cáp viễn thông sà thấp tại {street}",
            "Bó cáp viễn thông {near} đứt, sà xuống cách mặt đường chưa tới 2 m, dễ vướng vào người đi xe máy.",
        ),
        (
            "Rò rỉ đường ống nước tại {street}",
            "Ống nước dưới vỉa hè {near} rò rỉ nhiều ngày, nước chảy tràn ra đường gây lãng phí.",
        ),
    ),
    "xay_dung": (
        (
            "Xây dựng không che chắn tại {street}",
            "Công trình {near} không có lưới che, vật liệu rơi xuống mái nhà bên cạnh. Đề nghị kiểm tra.",
        ),
        (
            "Công trình có dấu hiệu sai phép tại {street}",
            "Nhà đang xây {near} dường như vượt số tầng ghi trong giấy phép. Đề nghị kiểm tra và trả lời.",
        ),
        (
            "Dựng nhà tạm trên đất nông nghiệp gần {street}",
            "Khu đất nông nghiệp {near} vừa được san ủi và dựng {n} căn nhà tiền chế.",
        ),
        (
            "Thi công ban đêm gây ồn tại {street}",
            "Công trình {near} đổ bê tông đến 1 giờ sáng, nhà bên cạnh bị rung và nứt tường.",
        ),
    ),
    "an_ninh": (
        (
            "Thanh niên tụ tập đua xe trên {street}",
            "Tối cuối tuần nhiều nhóm tụ tập nẹt pô, chạy tốc độ cao {near} từ 22 giờ đến nửa đêm.",
        ),
        (
            "Mất trộm xe máy tại {street}",
            "Trong tháng này {near} đã xảy ra {n} vụ mất trộm xe máy. Đề nghị tuần tra ban đêm và lắp camera.",
        ),
        (
            "Chó thả rông không rọ mõm ở {street}",
            "Nhiều hộ {near} thả chó ra đường không rọ mõm, đã có cháu bé bị cắn.",
        ),
        (
            "Người lạ giả danh nhân viên điện lực thu tiền tại {street}",
            "Có người tự xưng nhân viên điện lực đến các nhà {near} thu tiền thay công tơ. Đề nghị xác minh.",
        ),
    ),
    "dich_vu_cong": (
        (
            "Hồ sơ đất đai quá hạn trả kết quả",
            "Tôi nộp hồ sơ đăng ký biến động đất đai, giấy hẹn đã quá {days} ngày mà chưa nhận được kết quả và cũng "
            "không có văn bản xin lỗi.",
        ),
        (
            "Không nộp được hồ sơ trực tuyến",
            "Hệ thống báo lỗi khi tải tệp đính kèm lên ở bước cuối, đã thử {n} lần trên hai máy khác nhau.",
        ),
        (
            "Phải chờ lâu tại bộ phận tiếp nhận",
            "Sáng thứ hai chỉ có một quầy tiếp nhận, tôi phải chờ gần {n} giờ. Đề nghị bố trí thêm người vào đầu tuần.",
        ),
        (
            "Góp ý về hướng dẫn thủ tục khai sinh",
            "Hướng dẫn niêm yết chưa cập nhật biểu mẫu mới nên tôi phải đi lại {n} lần. Mong được bổ sung.",
        ),
    ),
}

ANSWERS: dict[str, tuple[str, ...]] = {  # one for each report above, in the same order
    "ha_tang": (
        "Đã dặm vá bằng bê tông nhựa và đưa đoạn đường vào kế hoạch duy tu quý tới.",
        "Đã thay nắp cống mới trong ngày; đang rà soát các nắp cống khác trên tuyến.",
        "Đã nạo vét hố ga, cống thoát nước và mở rộng miệng thu; sẽ theo dõi qua các trận mưa tới.",
        "Đã lát lại đoạn vỉa hè hư hỏng và nghiệm thu. Cảm ơn ông/bà đã phản ánh.",
        "Đã rào chắn, cắm biển cảnh báo và gia cố tạm; phương án kè lâu dài đã trình cấp có thẩm quyền.",
        "Đơn vị thi công đã hoàn trả mặt đường, vệ sinh và bị nhắc nhở bằng văn bản.",
    ),
    "moi_truong": (
        "Đã thu gom toàn bộ, bổ sung lịch thu gom và nhắc nhở đơn vị thực hiện.",
        "Đã dọn sạch, lắp biển cấm đổ rác và phân công tuần tra ban đêm.",
        "Đã kiểm tra, lập biên bản và yêu cầu cơ sở xử lý nước thải; sẽ kiểm tra lại trong 30 ngày.",
        "Đã lấy mẫu nước; nguồn xả được xác định và yêu cầu dừng xả, khắc phục.",
        "Đã làm việc với hộ liên quan, hộ đã cam kết không tái diễn.",
    ),
    "trat_tu_do_thi": (
        "Đã nhắc nhở, lập biên bản các trường hợp vi phạm và duy trì kiểm tra hằng ngày.",
        "Đã giải tỏa, sắp xếp các hộ vào chợ và bố trí lực lượng trực buổi sáng.",
        "Đã bóc gỡ toàn bộ và đề nghị nhà mạng khóa các số điện thoại quảng cáo sai quy định.",
        "Đã kiểm tra, xử phạt về tiếng ồn; quán cam kết tắt loa trước 22 giờ.",
    ),
    "giao_thong": (
        "Đã thay bộ điều khiển, đèn hoạt động bình thường trở lại.",
        "Đã lắp biển cấm đỗ theo giờ và xử lý các xe vi phạm.",
        "Đã tăng cường tuần tra và xử lý xe tải vi phạm trong khung giờ phản ánh.",
        "Đã kẻ lại vạch sang đường và gắn gờ giảm tốc trước cổng trường.",
    ),
    "cap_nuoc_dien": (
        "Đã thay bóng và kiểm tra toàn tuyến, đèn sáng trở lại.",
        "Đã súc xả đường ống và điều chỉnh áp lực; chất lượng nước đã ổn định.",
        "Đã thay thiết bị hỏng và thông báo lịch cắt điện trên cổng thông tin.",
        "Đơn vị viễn thông đã bó gọn và nâng cáp đúng độ cao quy định.",
        "Đã sửa chỗ rò rỉ và hoàn trả vỉa hè.",
    ),
    "xay_dung": (
        "Đã yêu cầu chủ đầu tư che chắn và bồi thường phần mái bị hỏng.",
        "Đã kiểm tra: công trình xây vượt một tầng, đã lập biên bản và đình chỉ phần sai phép.",
        "Đã lập biên bản, yêu cầu tháo dỡ và khôi phục hiện trạng đất.",
        "Đã yêu cầu thi công đúng giờ; chủ đầu tư và hộ lân cận đã thống nhất khắc phục vết nứt.",
    ),
    "an_ninh": (
        "Đã tuần tra, tạm giữ một số xe độ chế và mời gia đình làm việc.",
        "Đã bố trí tuần tra đêm, bổ sung camera và bắt giữ một đối tượng.",
        "Đã nhắc nhở các hộ, tổ chức tiêm phòng và bắt chó thả rông.",
        "Đã xác minh, đây là hành vi giả danh; đã thông báo để người dân cảnh giác.",
    ),
    "dich_vu_cong": (
        "Đã rà soát hồ sơ, gửi thư xin lỗi và trả kết quả cho ông/bà.",
        "Đã khắc phục lỗi tải tệp và hỗ trợ ông/bà nộp lại hồ sơ.",
        "Đã mở thêm một quầy vào sáng thứ hai và thứ ba hằng tuần.",
        "Đã niêm yết biểu mẫu mới và cập nhật trên cổng dịch vụ công.",
    ),
}
REFUSED = (
    "Nội dung không thuộc thẩm quyền của địa phương; đã hướng dẫn ông/bà gửi đến cơ quan có thẩm quyền.",
    "Đã kiểm tra, nội dung phản ánh không đúng với thực tế tại hiện trường.",
    "Vụ việc đang được giải quyết theo trình tự khiếu nại nên không tiếp nhận trên kênh phản ánh.",
)

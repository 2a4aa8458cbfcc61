FROM python:3.12-slim-bookworm
WORKDIR /app
COPY pyproject.toml requirements.lock README.md ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && scripts/npm ci && scripts/npm run build && rm -rf web/node_modules
EXPOSE 8000
CMD ["toancanh", "serve", "--host", "0.0.0.0"]

# The tag service, without torch: give it an exported detector (docs/onnx.md).
FROM python:3.11-slim
WORKDIR /app
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE ./
COPY custom custom
COPY tools tools
RUN pip install --no-cache-dir -c constraints.txt .[serve] \
    && useradd --no-create-home tagger
USER tagger
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz')"]
# exec form: SIGTERM reaches the service, which drains.
ENTRYPOINT ["python", "tools/serve.py", "--host", "0.0.0.0"]

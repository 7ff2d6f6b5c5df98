import yaml


def test_the_schema_names_the_token_and_each_operation_s_scope(client):
    schema = yaml.safe_load(client.get("/api/schema/").content)
    assert schema["components"]["securitySchemes"]["apiToken"]["scheme"] == "bearer"
    operations = schema["paths"]["/api/v1/token"]
    assert {method: operation["x-required-scope"] for method, operation in operations.items()} == {
        "get": "READ_ONLY",
        "delete": "READ_ONLY",
    }
    assert all(operation["security"] == [{"apiToken": []}] for operation in operations.values())


def test_the_docs_load_nothing_from_elsewhere(client):
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "//cdn" not in page


def test_every_reason_is_explained(client):
    page = client.get("/api/problems/").content.decode()
    assert 'id="replaced"' in page

"""The closed lists of the catalog; a value's name is its text, here, in the database and in the public API.

Their docstrings are read by callers of the API (`api/graphql/descriptions.py`).
"""

from django.db.models import TextChoices


class SourceType(TextChoices):
    """What kind of tool a source is.

    COMMUNICATION: People talk in it.
    KNOWLEDGE: People write pages in it, which become terms.
    QUALITY: It checks data, and its runs become quality checks.
    TRANSFORMATION: It builds tables from others.
    VISUALIZATION: It shows data, and its reports become dashboards.
    WAREHOUSE: It holds or moves data, in databases, schemas and tables.
    """

    COMMUNICATION = "COMMUNICATION", "Communication"
    KNOWLEDGE = "KNOWLEDGE", "Knowledge"
    QUALITY = "QUALITY", "Quality"
    TRANSFORMATION = "TRANSFORMATION", "Transformation"
    VISUALIZATION = "VISUALIZATION", "Visualization"
    WAREHOUSE = "WAREHOUSE", "Warehouse"


class SourceTechnology(TextChoices):
    """The tool that a source is.

    MS_TEAMS, SLACK: A tool for communication between people.
    CONFLUENCE, NOTION: A tool for pages of knowledge.
    ANOMALO, COALESCE_QUALITY, DBT_TEST, GREAT_EXPECTATIONS, MONTE_CARLO, SIFFLET, SODA: A tool that checks the quality
        of data.
    COALESCE, DBT: A tool for transformation, which builds tables from others.
    COGNOS, DOMO, LOOKER, LOOKER_STUDIO, METABASE, MIXPANEL, MODE, PERISCOPE, POWERBI, QLIK_SENSE, REDASH,
        SALESFORCE_REPORTING, SIGMA, SISENSE, SSRS, STRATEGY, SUPERSET, TABLEAU, THOUGHTSPOT, ZOHO: A tool for
        visualization, with dashboards.
    GENERIC_VISUALIZATION: A tool for visualization that is none of the others in this list.
    AMAZON_ATHENA, BIGQUERY, DATABRICKS, DELTALAKE, DOMO_DATA, DREMIO, DRUID, DYNAMODB, EXASOL, FIREBOLT, FIVETRAN,
        GLUE, HIVE, KAFKA, KEBOOLA, MARIADB, MYSQL, ORACLE, POSTGRES, PRESTODB, REDSHIFT, SALESFORCE, SNAPLOGIC,
        SNOWFLAKE, SQLSERVER, SYNAPSE, S3, TERADATA, TRINO, VERTICA: A warehouse, or another place that holds or moves
        data.
    GENERIC_WAREHOUSE: A warehouse that is none of the others in this list, such as the source that programs keep.
    """

    MS_TEAMS = "MS_TEAMS", "Microsoft Teams"
    SLACK = "SLACK", "Slack"
    CONFLUENCE = "CONFLUENCE", "Confluence"
    NOTION = "NOTION", "Notion"
    ANOMALO = "ANOMALO", "Anomalo"
    COALESCE_QUALITY = "COALESCE_QUALITY", "Coalesce Quality"
    DBT_TEST = "DBT_TEST", "dbt test"
    GREAT_EXPECTATIONS = "GREAT_EXPECTATIONS", "Great Expectations"
    MONTE_CARLO = "MONTE_CARLO", "Monte Carlo"
    SIFFLET = "SIFFLET", "Sifflet"
    SODA = "SODA", "Soda"
    COALESCE = "COALESCE", "Coalesce"
    DBT = "DBT", "dbt"
    COGNOS = "COGNOS", "Cognos"
    DOMO = "DOMO", "Domo"
    GENERIC_VISUALIZATION = "GENERIC_VISUALIZATION", "Generic Visualization"
    LOOKER = "LOOKER", "Looker"
    LOOKER_STUDIO = "LOOKER_STUDIO", "Looker Studio"
    METABASE = "METABASE", "Metabase"
    MIXPANEL = "MIXPANEL", "Mixpanel"
    MODE = "MODE", "Mode"
    PERISCOPE = "PERISCOPE", "Periscope"
    POWERBI = "POWERBI", "Power BI"
    QLIK_SENSE = "QLIK_SENSE", "Qlik Sense"
    REDASH = "REDASH", "Redash"
    SALESFORCE_REPORTING = "SALESFORCE_REPORTING", "Salesforce Reporting"
    SIGMA = "SIGMA", "Sigma"
    SISENSE = "SISENSE", "Sisense"
    SSRS = "SSRS", "SSRS"
    STRATEGY = "STRATEGY", "Strategy"
    SUPERSET = "SUPERSET", "Superset"
    TABLEAU = "TABLEAU", "Tableau"
    THOUGHTSPOT = "THOUGHTSPOT", "ThoughtSpot"
    ZOHO = "ZOHO", "Zoho"
    AMAZON_ATHENA = "AMAZON_ATHENA", "Amazon Athena"
    BIGQUERY = "BIGQUERY", "BigQuery"
    DATABRICKS = "DATABRICKS", "Databricks"
    DELTALAKE = "DELTALAKE", "Delta Lake"
    DOMO_DATA = "DOMO_DATA", "Domo Data"
    DREMIO = "DREMIO", "Dremio"
    DRUID = "DRUID", "Druid"
    DYNAMODB = "DYNAMODB", "DynamoDB"
    EXASOL = "EXASOL", "Exasol"
    FIREBOLT = "FIREBOLT", "Firebolt"
    FIVETRAN = "FIVETRAN", "Fivetran"
    GENERIC_WAREHOUSE = "GENERIC_WAREHOUSE", "Generic Warehouse"
    GLUE = "GLUE", "Glue"
    HIVE = "HIVE", "Hive"
    KAFKA = "KAFKA", "Kafka"
    KEBOOLA = "KEBOOLA", "Keboola"
    MARIADB = "MARIADB", "MariaDB"
    MYSQL = "MYSQL", "MySQL"
    ORACLE = "ORACLE", "Oracle"
    POSTGRES = "POSTGRES", "PostgreSQL"
    PRESTODB = "PRESTODB", "PrestoDB"
    REDSHIFT = "REDSHIFT", "Redshift"
    SALESFORCE = "SALESFORCE", "Salesforce"
    SNAPLOGIC = "SNAPLOGIC", "SnapLogic"
    SNOWFLAKE = "SNOWFLAKE", "Snowflake"
    SQLSERVER = "SQLSERVER", "SQL Server"
    SYNAPSE = "SYNAPSE", "Synapse"
    S3 = "S3", "S3"
    TERADATA = "TERADATA", "Teradata"
    TRINO = "TRINO", "Trino"
    VERTICA = "VERTICA", "Vertica"


class SourceOrigin(TextChoices):
    """How a source came in.

    API: Programs keep it through this API.
    EXTRACTION: Catalog reads it from a tool of the customer.
    """

    API = "API", "API"
    EXTRACTION = "EXTRACTION", "Extraction"


class SqlDialect(TextChoices):
    """How the SQL of a source is read, where its technology does not say it."""

    ATHENA = "athena", "Amazon Athena"
    BIGQUERY = "bigquery", "BigQuery"
    CLICKHOUSE = "clickhouse", "ClickHouse"
    DATABRICKS = "databricks", "Databricks"
    DUCKDB = "duckdb", "DuckDB"
    HIVE = "hive", "Hive"
    MYSQL = "mysql", "MySQL"
    ORACLE = "oracle", "Oracle"
    POSTGRES = "postgres", "PostgreSQL"
    PRESTO = "presto", "Presto"
    REDSHIFT = "redshift", "Redshift"
    SNOWFLAKE = "snowflake", "Snowflake"
    SPARK = "spark", "Spark"
    SQLITE = "sqlite", "SQLite"
    TERADATA = "teradata", "Teradata"
    TRINO = "trino", "Trino"
    TSQL = "tsql", "SQL Server"


class TableType(TextChoices):
    """What sort of table it is.

    DYNAMIC_TABLE: A table that the warehouse keeps up to date by a query.
    EXTERNAL: A table whose data lie outside of the warehouse.
    TABLE: A table that holds its data.
    TOPIC: A stream of messages.
    VIEW: A query that reads like a table.
    """

    DYNAMIC_TABLE = "DYNAMIC_TABLE", "Dynamic table"
    EXTERNAL = "EXTERNAL", "External"
    TABLE = "TABLE", "Table"
    TOPIC = "TOPIC", "Topic"
    VIEW = "VIEW", "View"


class TransformationSource(TextChoices):
    """The tool that builds a table."""

    COALESCE = "COALESCE", "Coalesce"
    DBT = "DBT", "dbt"


class LineageType(TextChoices):
    """Who says that one asset is made from another.

    AUTOMATIC: Catalog found it.
    MANUAL_CUSTOMER: The customer said so, through the API.
    MANUAL_OPS: The operators of Catalog said so.
    OTHER_TECHNOS: It was imported from another tool.
    """

    AUTOMATIC = "AUTOMATIC", "Automatic"
    MANUAL_CUSTOMER = "MANUAL_CUSTOMER", "Manual, by the API"
    MANUAL_OPS = "MANUAL_OPS", "Manual, by operators"
    OTHER_TECHNOS = "OTHER_TECHNOS", "Imported"


class TableExternalDescriptionSource(TextChoices):
    """Where the text of the source came from."""

    API = "API", "API"
    COALESCE = "COALESCE", "Coalesce"
    DBT = "DBT", "dbt"
    DATABASE = "DATABASE", "Database"
    CASTOR = "CASTOR", "Catalog"


class ColumnExternalDescriptionSource(TextChoices):
    """Where the text of the source came from."""

    API = "API", "API"
    COALESCE = "COALESCE", "Coalesce"
    DBT = "DBT", "dbt"
    DATABASE = "DATABASE", "Database"
    CASTOR = "CASTOR", "Catalog"
    LOOKER = "LOOKER", "Looker"


class DashboardExternalDescriptionSource(TextChoices):
    """Where the text of the source came from."""

    CASTOR = "CASTOR", "Catalog"
    VISUALIZATION = "VISUALIZATION", "Visualization"


class TermExternalDescriptionSource(TextChoices):
    """Where the text of the source came from."""

    CASTOR = "CASTOR", "Catalog"
    KNOWLEDGE = "KNOWLEDGE", "Knowledge"


class DashboardType(TextChoices):
    """What sort of dashboard it is.

    DASHBOARD: A whole one, which holds tiles.
    TILE: One visual of a dashboard.
    VIZ_MODEL: A modelling layer with fields.
    """

    DASHBOARD = "DASHBOARD", "Dashboard"
    TILE = "TILE", "Tile"
    VIZ_MODEL = "VIZ_MODEL", "Viz model"


class DashboardFieldRole(TextChoices):
    """What a field does in its dashboard.

    DIMENSION: Values are grouped by it.
    FILTER: What is shown is narrowed by it.
    MEASURE: It is a number made from many rows.
    PARAMETER: Whoever looks sets its value.
    """

    DIMENSION = "DIMENSION", "Dimension"
    FILTER = "FILTER", "Filter"
    MEASURE = "MEASURE", "Measure"
    PARAMETER = "PARAMETER", "Parameter"


class QueryType(TextChoices):
    """What a query does.

    SELECT: It only reads.
    WRITE: It changes data or tables.
    """

    SELECT = "SELECT", "Select"
    WRITE = "WRITE", "Write"


class TagEntityOrigin(TextChoices):
    """Who put a tag on an asset.

    EXTERNAL: It came with the asset from a source.
    INTERNAL: Catalog put it there.
    USER: A person or a program of the account put it there.
    """

    EXTERNAL = "EXTERNAL", "External"
    INTERNAL = "INTERNAL", "Internal"
    USER = "USER", "User"


class OwnerOrigin(TextChoices):
    """Who made somebody the owner of an asset.

    EXTERNAL: The source of the asset says so.
    USER: A person or a program of the account said so.
    """

    EXTERNAL = "EXTERNAL", "External"
    USER = "USER", "User"


class Colors(TextChoices):
    """The colours of tags.

    ALERT_COLOR, AQUA_BLUE, BLUE_RED, CERULEAN_BLUE, CHARTREUSE, MAGENTA, ORANGE_RED, ORANGE_YELLOW, RED_VIOLET,
        SPRING_GREEN, VIOLET: A colour of the palette, of which the name says roughly how it looks.
    """

    ALERT_COLOR = "ALERT_COLOR", "Alert color"
    AQUA_BLUE = "AQUA_BLUE", "Aqua blue"
    BLUE_RED = "BLUE_RED", "Blue red"
    CERULEAN_BLUE = "CERULEAN_BLUE", "Cerulean blue"
    CHARTREUSE = "CHARTREUSE", "Chartreuse"
    MAGENTA = "MAGENTA", "Magenta"
    ORANGE_RED = "ORANGE_RED", "Orange red"
    ORANGE_YELLOW = "ORANGE_YELLOW", "Orange yellow"
    RED_VIOLET = "RED_VIOLET", "Red violet"
    SPRING_GREEN = "SPRING_GREEN", "Spring green"
    VIOLET = "VIOLET", "Violet"


class ExternalLinkTechnology(TextChoices):
    """The tool that a link leads to.

    AIRFLOW: A job in Airflow.
    GITHUB: Code or an issue on GitHub.
    GITLAB: Code or an issue on GitLab.
    OTHER: Any other place.
    """

    AIRFLOW = "AIRFLOW", "Airflow"
    GITHUB = "GITHUB", "GitHub"
    GITLAB = "GITLAB", "GitLab"
    OTHER = "OTHER", "Other"


class QualityStatus(TextChoices):
    """The verdict of a check.

    ALERT: It failed, and somebody should act.
    WARNING: It did not pass fully.
    SUCCESS: It passed.
    """

    ALERT = "ALERT", "Alert"
    WARNING = "WARNING", "Warning"
    SUCCESS = "SUCCESS", "Success"

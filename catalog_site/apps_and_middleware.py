"""The apps of the site, and the middleware that a request passes, outermost first."""

APPS = [
    "accounts",  # before django.contrib.auth: of two commands of one name the first app's is run
    "catalog_site.apps.OperationsConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the list of passkeys says when each was used
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "corsheaders",
    "csp",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "jobs",
    "tokens",
    "catalog",
    "notifications",
    "api",
]

MIDDLEWARE = [
    "api.middleware.ApiAnswers",
    "catalog_site.middleware.RequestLines",
    "django.middleware.security.SecurityMiddleware",
    "catalog_site.guard.HttpsOnly",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "catalog_site.guard.BodyGuard",
    "catalog_site.middleware.PagePolicy",
    "catalog_site.middleware.PageSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "catalog_site.middleware.PageUsers",
    "catalog_site.middleware.PageMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "catalog_site.middleware.PageMethods",
    "catalog_site.middleware.PageOutages",
]

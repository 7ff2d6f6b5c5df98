"""The apps of the site, the middleware that a request passes, outermost first, what every template is told, and the
forms that allauth is to use.
"""

from csp.constants import NONCE, NONE, SELF

APPS = [
    "accounts",  # before django.contrib.auth: of two commands of one name the first app's is run
    "catalog_site.apps.OperationsConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # thousands with a comma
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
    "ingestion",
    "notifications",
    "assistant",
    "api",
]

MIDDLEWARE = [
    "api.middleware.ApiAnswers",
    "catalog_site.middleware.RequestLines",
    "catalog_site.middleware.IngestHost",
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

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "csp.context_processors.nonce",
    "accounts.frame.frame",
]

ACCOUNT_FORMS = {
    "reset_password": "accounts.forms.ForgottenPasswordForm",  # the same work whether a person exists
    "change_password": "accounts.allauth_forms.ChangePasswordForm",
    "reauthenticate": "accounts.allauth_forms.ConfirmByPasswordForm",
    "reset_password_from_key": "accounts.allauth_forms.NewPasswordForm",
}
MFA_FORMS = {
    "authenticate": "accounts.allauth_forms.CodeForm",
    "reauthenticate": "accounts.allauth_forms.ConfirmByCodeForm",
    "activate_totp": "accounts.allauth_forms.AppForm",
    "add_webauthn": "accounts.allauth_forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.allauth_forms.PasskeyForm",
    "reauthenticate_webauthn": "accounts.allauth_forms.ConfirmByPasskeyForm",
    "login_webauthn": "accounts.allauth_forms.SignInByPasskeyForm",
}
PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

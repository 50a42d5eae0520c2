"""Django in one file: sessions in signed cookies, uploads beyond memory, streams, static files; WSGI and ASGI."""

import asyncio
import hashlib
import pathlib

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.static import serve

HERE = pathlib.Path(__file__).parent
if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="for the tests",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    django.setup()


def index(request):
    return HttpResponse(f"django {reverse('count')}")


def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return HttpResponse(str(request.session["n"]))


def go(request):
    return redirect("count")


def upload(request):
    file = request.FILES["f"]
    digest = hashlib.sha256()
    with open(file.temporary_file_path(), "rb") as stored:  # beyond FILE_UPLOAD_MAX_MEMORY_SIZE it is a file
        digest.update(stored.read())
    return HttpResponse(f"{file.size} {digest.hexdigest()}")


def stream(request):
    return StreamingHttpResponse((f"{word} {request.path} " for word in ("one", "two", "three")), content_type="text/plain")


async def slowly(request):
    async def pieces():
        for word in ("one", "two", "three"):
            await asyncio.sleep(0)
            yield f"{word} "

    return StreamingHttpResponse(pieces(), content_type="text/plain")


urlpatterns = [
    path("", index),
    path("count", count, name="count"),
    path("go", go),
    path("upload", upload),
    path("stream", stream),
    path("slowly", slowly),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
]
application = get_wsgi_application()
asynchronous = get_asgi_application()

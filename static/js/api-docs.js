// Starts Swagger UI on the description page. Everything comes from our own server.
const place = document.getElementById("api-docs");

const withOurHeaders = (request) => {
  request.headers["Accept-Language"] = place.dataset.language;
  if (!["GET", undefined].includes(request.method) && request.credentials === "same-origin") {
    request.headers["X-CSRFToken"] = place.dataset.csrfToken;
  }
  return request;
};

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  requestInterceptor: withOurHeaders,
});

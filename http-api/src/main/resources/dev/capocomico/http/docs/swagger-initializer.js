window.ui = SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  // The calls are what people come for; schemas are shown with the calls that use them.
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // A token is forgotten with the page.
  persistAuthorization: false,
  // Nobody else is asked whether the contract is valid, and nothing in an address changes what is shown.
  validatorUrl: null,
  queryConfigEnabled: false,
  presets: [SwaggerUIBundle.presets.apis],
});

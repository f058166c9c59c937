window.ui = SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  // Nobody else is asked whether the contract is valid.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});

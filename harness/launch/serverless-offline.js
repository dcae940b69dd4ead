// The configuration of start-serverless-offline.sh: an HTTP API with one JWT authorizer, read from the environment.
//
//   GET /open     no authorizer
//   GET /plain    the JWT authorizer
//   GET /scoped   the JWT authorizer with REQUIRED_SCOPE
const { ISSUER, AUDIENCE, REQUIRED_SCOPE } = process.env;
const get = (path, authorizer) => ({ httpApi: { method: "GET", path, ...(authorizer && { authorizer }) } });

module.exports = {
  service: "guard",
  frameworkVersion: "3",
  plugins: ["serverless-offline"],
  provider: {
    name: "aws",
    runtime: "nodejs20.x",
    httpApi: {
      authorizers: {
        jwt: {
          type: "jwt",
          identitySource: "$request.header.Authorization",
          issuerUrl: ISSUER,
          audience: AUDIENCE.split(","),
        },
      },
    },
  },
  functions: {
    api: {
      handler: "handler.echo",
      events: [
        get("/open"),
        get("/plain", { name: "jwt" }),
        get("/scoped", { name: "jwt", scopes: [REQUIRED_SCOPE] }),
      ],
    },
  },
};

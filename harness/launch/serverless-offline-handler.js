// The function behind serverless-offline.js: says what the authorizer handed on.
exports.echo = async (event) => {
  const { claims = null, scopes = null } = event.requestContext?.authorizer?.jwt ?? {};
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ok: true, claims, scopes }),
  };
};

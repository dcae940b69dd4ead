// oidc-provider with the clients of [target.oidc-provider] in targets.toml, laid out on the paths of Cognito.
// Any user name signs in, with any password. Nothing here protects anything.
import * as oidc from "oidc-provider";

const base = `http://127.0.0.1:${process.env.PORT}`;
const api = "https://api.poolproof.test";
const [read, write, admin] = ["read", "write", "admin"].map((scope) => `${api}/${scope}`);
const callback = "https://app.poolproof.test/callback";
const code = (...callbacks) => ({
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  redirect_uris: callbacks,
  post_logout_redirect_uris: ["https://app.poolproof.test/bye"],
  scope: `openid email profile offline_access ${read}`,
});
const machine = (...scopes) => ({
  grant_types: ["client_credentials"],
  response_types: [],
  redirect_uris: [],
  scope: scopes.join(" "),
});

const provider = new oidc.Provider(base, {
  clients: [
    { client_id: "machine", client_secret: "machine-secret", ...machine(read, write, admin) },
    { client_id: "machine-narrow", client_secret: "machine-narrow-secret", ...machine(read) },
    { client_id: "web", client_secret: "web-secret", ...code(callback, `${callback}?tenant=one`) },
    { client_id: "web-other", client_secret: "web-other-secret", ...code(callback, "https://other.poolproof.test/callback") },
    { client_id: "public", token_endpoint_auth_method: "none", ...code(callback, `${callback}?tenant=one`) },
  ],
  scopes: ["openid", "offline_access", "email", "profile", read, write, admin],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: (_ctx, client) => client.clientAuthMethod === "none" },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
  findAccount: async (_ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: `${id}@example.test`, email_verified: true, name: id }),
  }),
  features: {
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // A machine client always gets a JWT for the API; a sign-in stays with userInfo unless it names a resource.
      defaultResource: async (ctx) => (ctx.oidc.params?.grant_type === "client_credentials" ? api : undefined),
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx, resource) => {
        if (resource !== api) throw new oidc.errors.InvalidTarget();
        return {
          scope: `${read} ${write} ${admin}`,
          audience: api,
          accessTokenTTL: 3600,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        };
      },
    },
  },
  routes: {
    authorization: "/oauth2/authorize",
    token: "/oauth2/token",
    userinfo: "/oauth2/userInfo",
    revocation: "/oauth2/revoke",
    end_session: "/logout",
    jwks: "/.well-known/jwks.json",
  },
  cookies: { keys: ["local-test-only"] },
});
provider.listen(Number(process.env.PORT), "127.0.0.1", () => console.log(`listening on ${base}`));

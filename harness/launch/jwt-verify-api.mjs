// An API behind aws-jwt-verify. Pool, client and kind of token stand in the path, so it may start before the pool exists.
//
//   GET /open                            no check
//   GET /:pool/:client/id                ID tokens of that client
//   GET /:pool/:client/access            access tokens of that client
//   GET /:pool/:client/access/:scope     the same with that scope, which is percent-encoded
//   GET /:pool/:client/any               either kind
//
// The verdict is the library's alone; statuses, challenges and X-Verify-Error are made here. What of a header Node
// passes on is Node's: of two Authorization headers it keeps the first.
import express from "express";
import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";
import { FetchError, JwtInvalidScopeError, NonRetryableFetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache, SimplePenaltyBox } from "aws-jwt-verify/jwk";

const { PORT, JWKS_BASE, ISSUER_BASE } = process.env;
const MOST_VERIFIERS = 1000;
const keysOf = (pool) => `${JWKS_BASE}/${pool}/.well-known/jwks.json`;

// The library's own fetcher knows https alone. The rest is as there: an answer within 3 s, no redirect, status 200,
// and one more try where the connection failed.
const once = async (uri) => {
  const answer = await fetch(uri, { redirect: "manual", signal: AbortSignal.timeout(3000) });
  if (answer.status !== 200) throw new NonRetryableFetchError(uri, `Status code is ${answer.status}, expected 200`);
  return answer.arrayBuffer();
};
const fetcherFor = (pool) => ({
  fetch: async () => {
    const uri = keysOf(pool);
    try {
      return await once(uri).catch((error) => {
        if (error instanceof NonRetryableFetchError) throw error;
        return once(uri);
      });
    } catch (error) {
      throw error instanceof FetchError ? error : new FetchError(uri, error.message);
    }
  },
});

// A key cache for each verifier, as the library does it: keys are kept for ever, read again for an unknown kid, and not
// before a while has passed if it was unknown then too. That while is 1 s here and not the library's default of 10 s:
// else what becomes of a new key depends on how long ago somebody sent an unknown kid.
const make = (pool, clientId, tokenUse) => {
  const jwksCache = new SimpleJwksCache({
    fetcher: fetcherFor(pool),
    penaltyBox: new SimplePenaltyBox({ waitSeconds: 1 }),
  });
  const issuer = `${ISSUER_BASE}/${pool}`;
  const region = CognitoJwtVerifier.USER_POOL_ID_REGEX.exec(pool)?.groups.region;
  if (region && issuer === `https://cognito-idp.${region}.amazonaws.com/${pool}`) {
    return CognitoJwtVerifier.create({ userPoolId: pool, tokenUse, clientId }, { jwksCache });
  }
  const customJwtCheck = ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId });
  return JwtVerifier.create({ issuer, audience: null, jwksUri: keysOf(pool), customJwtCheck }, { jwksCache });
};

const verifiers = new Map();
const verifierFor = (pool, client, use) => {
  const key = JSON.stringify([pool, client, use]);
  const verifier = verifiers.get(key) ?? make(pool, client, use);
  verifiers.delete(key);
  verifiers.set(key, verifier); // the one used last is the last to go
  if (verifiers.size > MOST_VERIFIERS) verifiers.delete(verifiers.keys().next().value);
  return verifier;
};

// Messages may quote what stands in a token: nothing as long as a part of one gets through.
const reasonOf = (error) =>
  `${error.constructor.name}: ${error.message}`
    .replace(/[\w-]{40,}/g, "...")
    .replace(/[^ -~]/g, "?")
    .slice(0, 200);
const refuse = (res, status, challenge, reason) =>
  res
    .status(status)
    .set({ "WWW-Authenticate": challenge, "X-Verify-Error": reason })
    .json({ message: status === 403 ? "Forbidden" : "Unauthorized" });

const guard = (use) => async (req, res) => {
  const { pool, client, scope } = req.params;
  const token = /^bearer +(.*)$/i.exec(req.headers.authorization ?? "")?.[1];
  if (token === undefined) return refuse(res, 401, "Bearer", "no bearer token");
  const verifier = verifierFor(pool, client, use);
  try {
    return res.json({ ok: true, claims: await verifier.verify(token, scope === undefined ? {} : { scope }) });
  } catch (error) {
    // Scopes are looked at before client and kind: only if all the rest is right it is the scope alone.
    if (error instanceof JwtInvalidScopeError) {
      const rest = await verifier.verify(token).catch(() => null);
      if (rest) return refuse(res, 403, 'Bearer error="insufficient_scope"', reasonOf(error));
    }
    return refuse(res, 401, 'Bearer error="invalid_token"', reasonOf(error));
  }
};

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.param("pool", (req, res, next, pool) => next(/^[\w-][\w.-]{0,127}$/.test(pool) ? undefined : "route"));
app.get("/open", (req, res) => res.json({ ok: true }));
app.get("/:pool/:client/id", guard("id"));
app.get("/:pool/:client/access", guard("access"));
app.get("/:pool/:client/access/:scope", guard("access"));
app.get("/:pool/:client/any", guard(null));
app.use((req, res) => res.status(404).json({ message: "Not Found" }));
app.listen(Number(PORT), "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${PORT}: keys below ${JWKS_BASE}, issuers below ${ISSUER_BASE}`);
});

// A real OpenID provider on loopback for the tests: oidc-provider with Google's scopes, a sign-in
// without pages, and a switch that spoils the next ID token.
//
// node provider.mjs CLIENT_ID CLIENT_SECRET REDIRECT_URI… with TLS_CERT and TLS_KEY for https.
// Prints its issuer on one line once it listens; ends when its standard input does.
import { createHash, createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Provider, interactionPolicy } from 'oidc-provider';

const [clientId, clientSecret, ...redirectUris] = process.argv.slice(2);
const { TLS_CERT, TLS_KEY } = process.env;
const GOOGLE = 'https://www.googleapis.com/auth/userinfo.';

const accounts = new Map();
let fault = null;
let slow = false;
const asked = {};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg: 'RS256' };
const strangers = stranger.publicKey.export({ format: 'jwk' });

const base64 = (value) => Buffer.from(value).toString('base64url');
const parsed = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

function signed(header, claims, key) {
  const head = `${base64(JSON.stringify(header))}.${base64(JSON.stringify(claims))}`;
  return `${head}.${createSign('SHA256').update(head).sign(key).toString('base64url')}`;
}

// Each fault takes the true header and claims and returns the token to send instead; undefined: none.
const now = () => Math.floor(Date.now() / 1000);
const good = (header, claims) => signed(header, claims, rsa.privateKey);
const claim = (changes) => (header, claims) => good(header, { ...claims, ...changes(claims) });
const without = (name) => claim(() => ({ [name]: undefined }));
const FAULTS = {
  'wrong nonce': claim(() => ({ nonce: 'another' })),
  'no nonce': without('nonce'),
  'empty nonce': claim(() => ({ nonce: '' })),
  'no iss': without('iss'),
  'iss with a slash': claim((claims) => ({ iss: `${claims.iss}/` })),
  'no aud': without('aud'),
  'wrong iss': claim(() => ({ iss: 'https://elsewhere.example' })),
  'wrong aud': claim(() => ({ aud: 'another-client' })),
  'second aud': claim((claims) => ({ aud: [claims.aud, 'another-client'] })),
  'wrong azp': claim(() => ({ azp: 'another-client' })),
  expired: claim(() => ({ iat: now() - 7200, exp: now() - 3600 })),
  'no exp': without('exp'),
  'iat in the future': claim(() => ({ iat: now() + 3600, exp: now() + 7200 })),
  'no iat': without('iat'),
  'exp of words': claim(() => ({ exp: 'tomorrow' })),
  'no sub': without('sub'),
  'empty sub': claim(() => ({ sub: '' })),
  'sub of numbers': claim(() => ({ sub: 1 })),
  'wrong at_hash': claim(() => ({ at_hash: base64(createHash('sha256').update('x').digest().subarray(0, 16)) })),
  'bad signature': (header, claims) => good(header, claims).slice(0, -8) + 'AAAAAAAA',
  'a stranger’s key': (header, claims) => signed(header, claims, stranger.privateKey),
  'unknown kid': (header, claims) => signed({ ...header, kid: 'unknown' }, claims, stranger.privateKey),
  // Tokens that bring their key along, or say where to fetch it: signed by it, and by nobody we know.
  'embedded jwk': (header, claims) => signed({ ...header, jwk: strangers }, claims, stranger.privateKey),
  'embedded jwk, its own kid': (header, claims) =>
    signed({ ...header, kid: 'strange', jwk: { ...strangers, kid: 'strange' } }, claims, stranger.privateKey),
  'embedded jwk, no kid': ({ kid, ...header }, claims) =>
    signed({ ...header, jwk: strangers }, claims, stranger.privateKey),
  jku: (header, claims) =>
    signed({ ...header, kid: 'strange', jku: `${claims.iss}/strange-keys` }, claims, stranger.privateKey),
  x5u: (header, claims) => signed({ ...header, x5u: `${claims.iss}/strange-keys` }, claims, stranger.privateKey),
  'alg None': (header, claims) => `${base64('{"alg":"None"}')}.${base64(JSON.stringify(claims))}.`,
  'no alg': (header, claims) => signed({ typ: 'JWT', kid: header.kid }, claims, rsa.privateKey),
  'no signature': (header, claims) => `${good(header, claims).split('.').slice(0, 2).join('.')}.`,
  'HS256 with the public key': (header, claims) => {
    const head = `${base64('{"alg":"HS256","kid":"first"}')}.${base64(JSON.stringify(claims))}`;
    const key = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
  },
  'alg none': (header, claims) => `${base64('{"alg":"none"}')}.${base64(JSON.stringify(claims))}.`,
  'HS256 with the secret': (header, claims) => {
    const head = `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64(JSON.stringify(claims))}`;
    return `${head}.${createHmac('sha256', clientSecret).update(head).digest('base64url')}`;
  },
  'old auth_time': claim(() => ({ auth_time: now() - 7200 })),
  'no auth_time': without('auth_time'),
  absent: () => undefined,
  'not a token': () => 'hello',
};

function spoiled(body) {
  if (!fault || !body || !body.id_token) return body;
  const [header, claims] = body.id_token.split('.');
  const spoil = FAULTS[fault];
  fault = null;
  return { ...body, id_token: spoil(parsed(header), parsed(claims)) };
}

// As Google and GitHub do, it lets a person choose an account where it is asked to.
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

function provider(issuer) {
  const made = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris }],
    jwks: { keys: [jwk] },
    cookies: { keys: [randomUUID()] },
    scopes: ['openid', 'email', 'profile', `${GOOGLE}email`, `${GOOGLE}profile`],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name'],
      [`${GOOGLE}email`]: ['email', 'email_verified'],
      [`${GOOGLE}profile`]: ['name'],
    },
    // Google puts what a scope grants into the ID token.
    conformIdTokenClaims: process.env.CONFORM === '1',
    pkce: { required: () => true, methods: ['S256'] },
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts.get(sub) }) }),
    loadExistingGrant: async (ctx) => {
      const { session, client } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(ctx.oidc.params.scope);
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  made.use(async (ctx, next) => {
    if (slow && ctx.path === '/token') await new Promise((resolve) => setTimeout(resolve, 30000).unref());
    await next();
    if (ctx.path === '/token') ctx.body = spoiled(ctx.body);
  });
  return made;
}

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
}

// What the tests may do to the provider, beside what it is.
async function control(request, response, name) {
  const told = await body(request);
  if (name === 'account') accounts.set(told.sub, told.claims);
  if (name === 'fault') fault = told.fault;
  if (name === 'slow') slow = told.slow;
  response.end(JSON.stringify({ faults: Object.keys(FAULTS), asked }));
}

// The page on which a person would sign in or cancel; the test says who by `?as=` or `?cancel`.
async function interact(made, request, response, url) {
  const cancelled = url.searchParams.has('cancel');
  const result = cancelled
    ? { error: 'access_denied', error_description: 'the person cancelled' }
    : { login: { accountId: url.searchParams.get('as') }, select_account: {} };
  const next = await made.interactionResult(request, response, result, { mergeWithLastSubmission: false });
  response.writeHead(303, { location: next }).end();
}

const tls = TLS_CERT ? { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) } : null;
let handle = () => {};
const server = (tls ? https : http).createServer(tls ?? {}, (request, response) => handle(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const made = provider(issuer);
  const callback = made.callback();
  handle = (request, response) => {
    const url = new URL(request.url, issuer);
    const [, first, second] = url.pathname.split('/');
    asked[url.pathname] = (asked[url.pathname] ?? 0) + 1;
    const failing = (error) => response.writeHead(500).end(String(error?.stack ?? error));
    if (first === 'control') return control(request, response, second).catch(failing);
    if (first === 'interaction') return interact(made, request, response, url).catch(failing);
    return callback(request, response);
  };
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit(0));

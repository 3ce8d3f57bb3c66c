// Blind RSA signatures in the browser (RFC 9474, RSABSSA-SHA384-PSS-Deterministic): a pass is signed without being seen.
// WebCrypto hashes and verifies; the numbers are BigInt.

const HASH = 48;

export const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

export const textOf = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

export const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

export const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const number = (bytes) => BigInt(`0x${hexOf(bytes) || "0"}`);

const octets = (value, size) => {
  const hex = value.toString(16).padStart(2 * size, "0");
  return Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
};

function power(base, exponent, modulus) {
  let found = 1n;
  for (let left = exponent, square = base % modulus; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) found = (found * square) % modulus;
  }
  return found;
}

/** The inverse by Euclid's algorithm; 0n where there is none. */
function inverse(value, modulus) {
  let [old, rest, one, other] = [value % modulus, modulus, 1n, 0n];
  while (rest) {
    const times = old / rest;
    [old, rest] = [rest, old - times * rest];
    [one, other] = [other, one - times * other];
  }
  return old === 1n ? ((one % modulus) + modulus) % modulus : 0n;
}

/** A key from its SubjectPublicKeyInfo. */
export async function readKey(spki) {
  const rule = { name: "RSA-PSS", hash: "SHA-384" };
  const key = await crypto.subtle.importKey("spki", spki, rule, true, ["verify"]);
  const told = await crypto.subtle.exportKey("jwk", key);
  const modulus = bytesOf(told.n);
  return { key, n: number(modulus), e: number(bytesOf(told.e)), size: modulus.length };
}

/** EMSA-PSS (RFC 8017, 9.1.1) with a salt of 48 bytes. */
async function encoded(message, salt, bits) {
  const size = Math.ceil(bits / 8);
  const hashed = await digest("SHA-384", joined(new Uint8Array(8), await digest("SHA-384", message), salt));
  const data = joined(new Uint8Array(size - 2 * HASH - 2), Uint8Array.of(1), salt);
  const mask = [];
  for (let counter = 0; mask.length < data.length; counter += 1) {
    mask.push(...(await digest("SHA-384", joined(hashed, Uint8Array.of(0, 0, 0, counter)))));
  }
  const masked = data.map((byte, at) => byte ^ mask[at]);
  masked[0] &= 0xff >> (8 * size - bits);
  return joined(masked, hashed, Uint8Array.of(0xbc));
}

/** What is sent to be signed, and the secret that makes a signature of the answer. */
export async function blind(key, message) {
  const bits = key.n.toString(2).length;
  const prepared = number(await encoded(message, random(HASH), bits - 1));
  for (;;) {
    const factor = number(random(key.size)) >> BigInt(8 * key.size - bits);
    const back = factor < key.n ? inverse(factor, key.n) : 0n;
    if (back) {
      const blinded = (prepared * power(factor, key.e, key.n)) % key.n;
      return { blinded: octets(blinded, key.size), inverse: octets(back, key.size) };
    }
  }
}

export const verify = (key, message, signature) =>
  crypto.subtle.verify({ name: "RSA-PSS", saltLength: HASH }, key.key, signature, message);

/** The signature, or an error where the signer didn't sign what it was sent. */
export async function finalize(key, message, answer, secret) {
  const signature = octets((number(answer) * number(secret)) % key.n, key.size);
  if (!(await verify(key, message, signature))) throw new Error("The pass isn’t signed.");
  return signature;
}

/** What a pass is a signature of. */
export const passMessage = (origin, token) => joined(new TextEncoder().encode(`kuutio-pass/1\n${origin}\n`), token);

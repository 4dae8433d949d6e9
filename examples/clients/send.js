// Send texts, take 429 for what it is, and watch the status callbacks come in.
//
//     smslab serve --concurrency 4 &
//     eval "$(smslab env)"
//     npm install --no-save --prefix examples/clients twilio
//     node examples/clients/send.js 40
//
// It is plain twilio-node, with Node's own http for the callbacks.

"use strict";

const http = require("node:http");
const twilio = require("twilio");

const ENDED = new Set(["delivered", "undelivered", "failed", "canceled"]);
const MOST_TRIES = 12;
const LONGEST_PAUSE = 3000; // milliseconds between two tries of one text, at most
const LONGEST_WATCH = 120000; // milliseconds

// The official client, pointed at a simulator.
function makeClient(sid, token, url) {
  const client = twilio(sid, token);
  client.api.baseUrl = url;
  client.messaging.baseUrl = `${url}/messaging`;
  return client;
}

// Listens for status callbacks, and keeps how each text ended. They come in any
// order: an end that is known is never undone by what was sent earlier.
function watch(token) {
  const ends = new Map();
  const state = { ends, badSignatures: 0, changed: () => {} };
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const signature = request.headers["x-twilio-signature"] || "";
      const url = state.url + request.url;
      const good = twilio.validateRequest(token, signature, url, form);
      if (!good) state.badSignatures += 1;
      else if (ENDED.has(form.MessageStatus)) ends.set(form.MessageSid, form.MessageStatus);
      response.writeHead(good ? 204 : 403).end();
      state.changed();
    });
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      state.url = `http://127.0.0.1:${server.address().port}`;
      state.close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve(state);
    })
  );
}

// Resolves once all these texts have ended, or LONGEST_WATCH is over.
function allEnded(state, sids) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_WATCH);
    state.changed = () => {
      if (sids.every((sid) => state.ends.has(sid))) {
        clearTimeout(timer);
        resolve();
      }
    };
    state.changed();
  });
}

// Sends one text, again where the answer is 429: nothing has been done then. The
// pause doubles from try to try and is drawn at random. Any other refusal is for good.
async function send(client, fields, refusals) {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    try {
      return (await client.messages.create(fields)).sid;
    } catch (refusal) {
      if (refusal.status !== 429) throw refusal;
      refusals.count += 1;
    }
    const pause = Math.random() * Math.min(LONGEST_PAUSE, 50 * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error(`refused ${MOST_TRIES} times: ${fields.to}`);
}

async function main(count) {
  const names = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SMSLAB_URL"];
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length) {
    console.log(`not set: ${missing.join(", ")}; type: eval "$(smslab env)"`);
    return 2;
  }
  const [sid, token, url] = names.map((name) => process.env[name]);
  const client = makeClient(sid, token, url);
  const state = await watch(token);
  const refusals = { count: 0 };
  try {
    const sids = await Promise.all(
      Array.from({ length: count }, (_, n) =>
        send(
          client,
          {
            to: `+1415555${String(n).padStart(4, "0")}`,
            from: "+18335550100",
            body: `Your order ${n} is ready.`,
            statusCallback: `${state.url}/status`,
          },
          refusals
        )
      )
    );
    await allEnded(state, sids);
    const counts = {};
    for (const one of sids) {
      const end = state.ends.get(one) || "no end yet";
      counts[end] = (counts[end] || 0) + 1;
    }
    for (const end of Object.keys(counts).sort()) console.log(`${counts[end]} ${end}`);
    console.log(
      `429 came ${refusals.count} times; callbacks with a bad signature: ${state.badSignatures}`
    );
    return "no end yet" in counts ? 1 : 0;
  } finally {
    state.close();
  }
}

main(Number(process.argv[2] || 20)).then(
  (status) => (process.exitCode = status),
  (error) => {
    console.error(String(error));
    process.exitCode = 1;
  }
);

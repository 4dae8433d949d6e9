// The table of operations by twilio-node: takes it as JSON on its standard input, asks
// for one after the other, and prints what went wrong and which requests were granted.

"use strict";

const { isDeepStrictEqual } = require("node:util");
const twilio = require("twilio");

const CALLS = ["create", "fetch", "update", "remove", "list"];
const MOST_LOOKS = 5000; // how often a message is fetched until it has ended

// What stands for `{name}`, anywhere in a row.
function filled(value, kept) {
  if (Array.isArray(value)) return value.map((one) => filled(one, kept));
  const name = typeof value === "string" && /^\{(.+)\}$/.exec(value);
  if (!name) return value;
  if (!(name[1] in kept)) throw new Error(`nothing is kept as ${name[1]}`);
  return kept[name[1]];
}

// Walks from the client to what a row is about.
function thing(client, steps, kept) {
  let at = client;
  let owner = null;
  for (const step of steps) {
    if (Array.isArray(step)) at = at.apply(owner, filled(step, kept));
    else [owner, at] = [at, at[step]];
    if (at === undefined) throw new Error(`there is no ${step}`);
  }
  return at;
}

// Waits until a message has come to a status.
async function waited(message, status) {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    if ((await message.fetch()).status === status) return;
  }
  throw new Error(`never ${status}`);
}

// Throws where what came back is not what the row expects; returns the one thing.
function checked(row, returned) {
  if (row.call === "remove") {
    if (returned !== true) throw new Error(`returned ${returned}`);
    return null;
  }
  if (row.call === "list") {
    if (returned.length === 0 !== row.empty) throw new Error(`${returned.length} came`);
    if (row.empty) return null;
    [returned] = returned;
  }
  for (const [name, value] of Object.entries(row.expected)) {
    if (!isDeepStrictEqual(returned[name], value)) {
      const seen = JSON.stringify(returned[name]);
      throw new Error(`${name} is ${seen}, not ${JSON.stringify(value)}`);
    }
  }
  return returned;
}

async function carriedOut(client, row, kept) {
  const on = thing(client, row.steps, kept);
  if (row.after !== null) await waited(on, row.after);
  const given = Object.entries(row.arguments).map(([n, v]) => [n, filled(v, kept)]);
  const form = Object.fromEntries(given);
  const returned = await (given.length ? on[row.call](form) : on[row.call]());
  const one = checked(row, returned);
  if (row.makes) kept[row.makes] = one[row.keeps];
  return CALLS.filter((call) => typeof on[call] === "function");
}

// Notes the method and the path of each request that is granted.
function noting(client, asked) {
  const request = client.httpClient.request.bind(client.httpClient);
  client.httpClient.request = async (options) => {
    const answer = await request(options);
    const path = new URL(options.uri).pathname;
    if (answer.statusCode < 400) asked.push([options.method.toUpperCase(), path]);
    return answer;
  };
}

async function main({ account, token, url, kept, rows }) {
  const client = twilio(account, token);
  client.api.baseUrl = url;
  client.messaging.baseUrl = `${url}/messaging`;
  client.notify.baseUrl = `${url}/notify`;
  const [asked, failures, offered, called] = [[], [], new Set(), new Set()];
  noting(client, asked);
  for (const row of rows) {
    try {
      const way = row.steps.map((step) => (Array.isArray(step) ? "()" : step)).join(".");
      const calls = await carriedOut(client, row, kept);
      for (const call of calls) offered.add(`${way}.${call}`);
      called.add(`${way}.${row.call}`);
    } catch (error) {
      failures.push(`${row.name}: ${error.message}`);
    }
  }
  const left = [...offered].filter((call) => !called.has(call));
  console.log(JSON.stringify({ asked, failures, left }));
}

let given = "";
process.stdin.on("data", (part) => (given += part));
process.stdin.on("end", () => main(JSON.parse(given)));

"use strict";
// node session.js API TOKEN: a whole visit of somebody who uses epcis2.js; tells it as one JSON line.
// epcis2.js captures and follows the job; queries and subscriptions it has none, so those are plain
// fetch and ws, with what they bring read by epcis2.js again.
const crypto = require("node:crypto");
const http = require("node:http");
const epcis2 = require("epcis2.js");
const WebSocket = require("ws");
const goods = require("./goods.js");

const [API, TOKEN] = process.argv.slice(2);
const SECRET = "a secret of the subscriber";
const bearer = { authorization: `Bearer ${TOKEN}` };
const told = {};

async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await fetch(`${API}${path}`, {
    method,
    headers: { ...bearer, ...json, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return { status: answer.status, headers: answer.headers, json: text ? JSON.parse(text) : null };
}

// every event of an answer, as the client's own class, judged by the client's own schema
function readEvents(answer) {
  const list = answer.epcisBody.queryResults.resultsBody.eventList;
  return list.map((plain) => {
    const event = epcis2.objectToEvent(plain);
    event.isValid();
    return { type: event.getType(), id: event.getEventID(), event: event.toObject() };
  });
}

async function send(document) {
  const answer = await epcis2.capture(document);
  const response = new epcis2.CaptureResponse(answer);
  await response.pollForTheCaptureToFinish(40, 250);
  return {
    status: answer.status,
    location: response.getLocation(),
    running: response.getRunningStatus(),
    success: response.getSuccessStatus(),
    errors: response.getErrors(),
  };
}

async function captures() {
  const events = goods.everyType();
  told.hashes = events.map((event) => epcis2.eventToHashedId(event.toObject(), goods.EXAMPLE));
  told.first = await send(goods.documentOf(...events));
  told.again = await send(goods.documentOf(...events));
  const wrong = goods.powderIsMade().setBizStep("dreaming");
  const refused = await epcis2.capture(goods.documentOf(wrong), { documentValidation: false });
  told.refused = { status: refused.status, body: await refused.json() };
}

async function corrects() {
  const [, powder] = readEvents((await ask("/events?orderBy=eventTime&orderDirection=ASC")).json);
  const declared = goods
    .powderIsMade()
    .setEventID(powder.id)
    .setErrorDeclaration(
      new epcis2.ErrorDeclaration()
        .setDeclarationTime("2026-03-02T08:00:00+08:00")
        .setReason(epcis2.cbv.errorReasonIdentifiers.did_not_occur),
    );
  told.declared = await send(goods.documentOf(declared));
  told.withdrawn = readEvents((await ask("/events?EXISTS_errorDeclaration=true")).json);
}

async function queries() {
  told.everything = readEvents((await ask("/events?orderBy=eventTime&orderDirection=ASC")).json);
  const about = `MATCH_anyEPCClass=${encodeURIComponent(goods.MILK)}`;
  told.milk = readEvents((await ask(`/events?${about}`)).json);
  const pages = [];
  let path = "/events?perPage=2&orderBy=eventTime&orderDirection=ASC";
  while (path) {
    const answer = await ask(path);
    pages.push(readEvents(answer.json).map((one) => one.id));
    const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") || "");
    path = link ? link[1].slice(API.length) : "";
  }
  told.pages = pages;
  const links = await ask("/events?eventType=TransformationEvent", {
    headers: { "gs1-epc-format": "Always_GS1_Digital_Link" },
  });
  told.links = readEvents(links.json);
}

function receiver() {
  const messages = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const due = crypto.createHmac("sha256", SECRET).update(body).digest("hex");
      messages.push({
        signed: request.headers["gs1-signature"] === `sha256=${due}`,
        version: request.headers["gs1-epcis-version"],
        events: readEvents(JSON.parse(body)),
      });
      response.writeHead(204).end();
    });
  });
  return new Promise((ready) => {
    server.listen(0, "127.0.0.1", () => ready({ server, messages, port: server.address().port }));
  });
}

async function until(holds, what) {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 600) throw new Error(`${what} did not come`);
    await epcis2.timer(100);
  }
}

async function subscribes() {
  const name = "made";
  const query = { eventType: ["TransformationEvent"] };
  told.named = (await ask("/queries", { method: "POST", body: { name, query } })).status;
  told.listed = (await ask("/queries")).json;
  const { server, messages, port } = await receiver();
  const dest = `http://127.0.0.1:${port}/told`;
  const wish = { dest, stream: true, signatureToken: SECRET };
  const place = `/queries/${name}/subscriptions`;
  const made = await ask(place, { method: "POST", body: wish });
  told.subscription = made.json;
  const socket = new WebSocket(`${API.replace("http", "ws")}/queries/${name}/events?stream=true`, {
    headers: bearer,
    followRedirects: true,
  });
  const heard = [];
  socket.on("message", (text) => heard.push(readEvents(JSON.parse(text))));
  await new Promise((open, failed) => socket.on("open", open).on("error", failed));
  const later = goods.powderIsMade().setEventTime("2026-03-01T20:00:00+08:00");
  told.second = await send(goods.documentOf(later));
  await until(() => messages.length && heard.length, "the event subscribed to");
  told.webhook = messages;
  told.socket = heard;
  socket.close();
  server.close();
  await ask(`${place}/${made.json.subscriptionID}`, { method: "DELETE" });
  told.left = (await ask(place)).json.map((one) => one.dest);
  await ask(`/queries/${name}`, { method: "DELETE" });
}

async function main() {
  epcis2.setup({ apiUrl: API, headers: { "content-type": "application/json", ...bearer } });
  await captures();
  await queries();
  await subscribes();
  await corrects();
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack || JSON.stringify(error)}\n`);
  process.exit(1);
});

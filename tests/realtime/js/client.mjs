// The official JavaScript client, driven by lines of JSON on stdin, telling what it sees by lines on stdout.
import { createInterface } from "node:readline";
import { Centrifuge } from "centrifuge";
import WebSocket from "ws";

const [url, tokens] = process.argv.slice(2);
const left = JSON.parse(tokens);
const tell = (event, rest = {}) => process.stdout.write(JSON.stringify({ event, ...rest }) + "\n");
const options = { websocket: WebSocket, minReconnectDelay: 10, maxReconnectDelay: 100 };
if (left.length === 1) options.token = left[0];
if (left.length > 1) options.getToken = async () => left.shift() ?? "";

const client = new Centrifuge(url, options);
client.on("connected", (ctx) => tell("connected", { client: ctx.client }));
client.on("connecting", ({ code }) => tell("connecting", { code }));
client.on("disconnected", ({ code, reason }) => tell("disconnected", { code, reason }));
client.on("subscribed", ({ channel, recovered, data }) => tell("own subscribed", { channel, recovered, data }));
client.on("publication", ({ channel, offset }) => tell("own publication", { channel, offset }));

function watch(channel) {
  const subscription = client.newSubscription(channel);
  subscription.on("subscribed", ({ recovered, data, streamPosition }) =>
    tell("subscribed", { channel, recovered, data, position: streamPosition }));
  subscription.on("unsubscribed", ({ code, reason }) => tell("unsubscribed", { channel, code, reason }));
  subscription.on("publication", ({ offset, data }) => tell("publication", { channel, offset, data }));
  subscription.on("join", ({ info }) => tell("join", { channel, client: info.client, user: info.user }));
  subscription.on("leave", ({ info }) => tell("leave", { channel, client: info.client }));
  subscription.subscribe();
}

const commands = {
  watch: ({ channel }) => watch(channel),
  forget: ({ channel }) => client.removeSubscription(client.getSubscription(channel)),
  rpc: ({ method, data }) => client.rpc(method, data).then((answer) => tell("answer", { data: answer.data })),
  presence: ({ channel }) => client.presence(channel).then(({ clients }) => tell("presence", { clients })),
  history: ({ channel, limit }) =>
    client.history(channel, { limit }).then(({ publications, offset }) =>
      tell("history", { offsets: publications.map((publication) => publication.offset), offset })),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { command, ...rest } = JSON.parse(line);
    Promise.resolve(commands[command](rest)).catch(({ code, message, temporary }) =>
      tell("refusal", { code, message, temporary }));
  })
  .on("close", () => process.exit(0));
client.connect();

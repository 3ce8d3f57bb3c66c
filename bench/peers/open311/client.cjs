// Everything that the npm package `open311` can ask, of one server: node client.cjs DISCOVERY KEY LON LAT; prints JSON.
const Open311 = require("open311");

const [discovery, apiKey, long, lat] = process.argv.slice(2);
const asked = (city, verb, ...words) =>
  new Promise((done, failed) => city[verb](...words, (error, told) => (error ? failed(new Error(told)) : done(told))));

(async () => {
  const city = new Open311({ discovery, apiKey });
  await asked(city, "serviceDiscovery", { cache: true, type: "test" });
  const services = await asked(city, "serviceList");
  const definition = await asked(city, "serviceDefinition", "pothole");
  const posted = await asked(city, "submitRequest", {
    service_code: "pothole", lat, long, description: "Kuoppa, npm", attributes: { danger: "no" },
  });
  const number = posted[0].service_request_id;
  const one = await asked(city, "serviceRequest", number);
  const listed = await asked(city, "serviceRequests", { status: "open" });
  const token = await asked(city, "token", number);
  console.log(JSON.stringify({
    endpoint: city.endpoint,
    services: services.length,
    attributes: definition.attributes.length,
    number,
    one: one[0].service_request_id,
    listed: listed.length,
    first: listed[0].service_request_id,
    is_time: listed[0].requested_datetime instanceof Date && !isNaN(listed[0].requested_datetime),
    token: token[0].service_request_id,
  }));
})().catch((error) => { console.error(error); process.exit(1); });

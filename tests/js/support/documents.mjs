/** A small document that begins with the given signature. */
const fromBytes = (...signature) => {
  const bytes = new Uint8Array(48).fill(32);
  bytes.set(signature);
  return bytes;
};
const fromText = (signature) => fromBytes(...new TextEncoder().encode(signature));

/** A document of each type that the service accepts, by its extension. */
export const documents = {
  jpg: fromBytes(0xff, 0xd8, 0xff, 0xe0),
  jpeg: fromBytes(0xff, 0xd8, 0xff, 0xe1),
  tif: fromBytes(0x49, 0x49, 0x2a, 0x00),
  tiff: fromBytes(0x4d, 0x4d, 0x00, 0x2a),
  pdf: fromText("%PDF-1.7\n"),
  png: fromBytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  zip: fromText("PK\x03\x04"),
  rar: fromText("Rar!\x1a\x07\x00"),
};

export const UKRAINE = {
  legalName: "ТОВ «Алма»",
  taxId: "38400001",
  site: "https://alma.example",
  email: "office@alma.example",
  address: "Київ, вул. Хрещатик, 1",
  description: "Інтернет-магазин",
  subject: "Статус замовлення",
};

export const BELARUS = {
  companyName: "ООО «Алма»",
  taxId: "190000001",
  address: "Минск, пр. Независимости, 1",
  occupation: 4,
  mailingType: 2,
  sampleMessage: "Заказ 12345 подтверждён",
  site: "https://alma.example",
};

// TensorBoard's event files: records with checksums, and in them the protocol buffer messages of scalars, as
// lrkit/runs/_events.py reads them. What is broken off at the end is left out.
const CHECKED = 4096; // the longest message whose checksum is compared: scalars are shorter
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let k = 0; k < 8; k++) byte = (byte >>> 1) ^ (byte & 1 ? 0x82f63b78 : 0);
  return byte;
});

// CRC-32C, rotated and shifted by a constant.
function checksum(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const viewOf = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hasSum = (bytes, at, length) => checksum(bytes.subarray(at, at + length)) === viewOf(bytes).getUint32(at + length, true);

export const isEvents = bytes => bytes.length >= 12 && hasSum(bytes, 0, 8);

// The scalars {tag, step, value}, in the order of the file. An Error says at which byte it is damaged.
export function scalarsIn(bytes) {
  const found = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    if (!hasSum(bytes, at, 8)) throw new Error(`damaged at byte ${at}: the checksum of a length is wrong`);
    const length = Number(viewOf(bytes).getBigUint64(at, true));
    const end = at + 12 + length;
    if (end + 4 > bytes.length) break;
    if (length <= CHECKED && !hasSum(bytes, at + 12, length)) throw new Error(`damaged at byte ${at}: the checksum of an event is wrong`);
    try {
      found.push(...scalarsOf(bytes.subarray(at + 12, end)));
    } catch {
      throw new Error(`no event of TensorBoard at byte ${at}`);
    }
    at = end + 4;
  }
  return found;
}

function scalarsOf(event) {
  const fields = fieldsOf(event);
  const step = Number(BigInt.asIntN(64, fields.findLast(([number, value]) => number === 2 && typeof value === "bigint")?.[1] ?? 0n));
  const values = bytesOf(fields, 5).flatMap(summary => bytesOf(fieldsOf(summary), 1));
  return values.map(scalarOf).filter(Boolean).map(one => ({ step, ...one }));
}

const bytesOf = (fields, wanted) => fields.filter(([number, value]) => number === wanted && typeof value !== "bigint").map(([, value]) => value);

function scalarOf(message) {
  let [tag, value] = ["", null];
  for (const [number, bytes] of fieldsOf(message)) {
    if (typeof bytes === "bigint") continue;
    if (number === 1) tag = new TextDecoder().decode(bytes);
    else if (number === 2) value = viewOf(bytes).getFloat32(0, true);
    else if (number === 8) value = tensorOf(bytes);
  }
  return value === null ? null : { tag, value };
}

// The number in a tensor of one number, float32 or float64.
function tensorOf(message) {
  const fields = new Map(fieldsOf(message));
  for (const [type, listed, size] of [[1n, 5, 4], [2n, 6, 8]]) {
    const data = fields.get(4)?.length ? fields.get(4) : fields.get(listed);
    if (fields.get(1) === type && data?.length === size) return size === 4 ? viewOf(data).getFloat32(0, true) : viewOf(data).getFloat64(0, true);
  }
  return null;
}

// The numbers of the fields with their values: a BigInt, or bytes.
function fieldsOf(message) {
  const fields = [];
  let at = 0;
  const varint = () => {
    for (let value = 0n, shift = 0n; shift < 70n; shift += 7n) {
      if (at >= message.length) throw new RangeError();
      const byte = message[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError();
  };
  while (at < message.length) {
    const key = varint();
    const kind = Number(key & 7n);
    if (kind === 0) {
      fields.push([Number(key >> 3n), varint()]);
      continue;
    }
    const length = kind === 2 ? Number(varint()) : { 1: 8, 5: 4 }[kind];
    if (!(at + length <= message.length)) throw new RangeError();
    fields.push([Number(key >> 3n), message.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

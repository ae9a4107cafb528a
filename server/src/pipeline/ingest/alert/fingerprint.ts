import { createHash } from 'node:crypto'
import type { Labels } from '@aiops/contract/model/label'

/** First 16 hex digits of SHA-256 over name and sorted labels, each length-prefixed by its JSON form. */
export function fingerprintOf(name: string, labels: Labels): string {
  return createHash('sha256')
    .update(JSON.stringify([name, sorted(labels)]))
    .digest('hex')
    .slice(0, 16)
}

/**
 * What Prometheus and Alertmanager call the fingerprint of a set of labels: FNV-1a, 64 bits, over name and value of each, sorted by
 * name, each ended by 0xff (prometheus/common, `model.LabelSet.Fingerprint`). So an alert that comes straight from Prometheus and once
 * more through an Alertmanager's webhook is one alert. Four limbs of 16 bits; the prime is 2^40 + 0x1b3.
 */
export function labelFingerprint(labels: Labels): string {
  const limbs = [0x2325, 0x8422, 0x9ce4, 0xcbf2]
  for (const [name, value] of sorted(labels)) {
    add(limbs, Buffer.from(name))
    add(limbs, ended)
    add(limbs, Buffer.from(value))
    add(limbs, ended)
  }
  return limbs
    .toReversed()
    .map((limb) => limb.toString(16).padStart(4, '0'))
    .join('')
}

const ended = Buffer.from([0xff])

/** Least limb first. */
function add(limbs: number[], bytes: Buffer): void {
  let [a = 0, b = 0, c = 0, d = 0] = limbs
  for (const byte of bytes) {
    a ^= byte
    const p = a * 0x1b3
    const q = b * 0x1b3 + (p >>> 16)
    const r = c * 0x1b3 + (a << 8) + (q >>> 16)
    const s = d * 0x1b3 + (b << 8) + Math.floor(r / 65_536)
    a = p & 0xffff
    b = q & 0xffff
    c = r & 0xffff
    d = s & 0xffff
  }
  limbs.splice(0, 4, a, b, c, d)
}

/** In order of the names' bytes, as Go sorts. */
const sorted = (labels: Labels): [string, string][] =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

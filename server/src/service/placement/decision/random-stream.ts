/** Numbers of a decision: mulberry32, 32 bits of state, in the hot loop without objects. */
export class RandomStream {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }
  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
  /** Gamma of this shape and scale 1, by Marsaglia and Tsang (2000); shapes below 1 by their boost. */
  gamma(shape: number): number {
    if (shape <= 0) return 0
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.next()) ** (1 / shape)
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (let round = 0; round < 1_000; round += 1) {
      const x = this.normal()
      const v = (1 + c * x) ** 3
      if (v > 0 && Math.log(1 - this.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
    }
    return d
  }
}

/** Seed of a decision: FNV-1a of the service and the moment, 31 bits, so that it is a plain integer everywhere. */
export function seedOf(service: string, atMs: number): number {
  let hash = 0x811c9dc5
  const text = `${service}\n${atMs}`
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) & 0x7fffffff
}

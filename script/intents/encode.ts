import { idfSteps, weightSteps } from '../../server/src/service/intelligence/question/intent/intent-model.ts'
import type { Learned } from './train.ts'

/** The file that `intent-model.ts` describes. Weights of less than `stepsLeast` of 127 steps are left out. */
export function encode({ intents, features }: Learned, stepsLeast: number): Buffer {
  let largest = 0
  for (const { weights } of features.values())
    for (const weight of weights) largest = Math.max(largest, Math.abs(weight))
  const step = largest / weightSteps
  const bodies: Buffer[] = []
  for (const [hash, { idf, weights }] of [...features].sort(([a], [b]) => a - b)) {
    const pairs = [...weights].flatMap((weight, intent) => {
      const steps = Math.round(weight / step)
      return Math.abs(steps) < stepsLeast ? [] : [intent, steps & 0xff]
    })
    if (pairs.length === 0) continue
    const own = Buffer.alloc(6)
    own.writeUInt32LE(hash, 0)
    own.writeUInt8(Math.round(idf * idfSteps), 4)
    own.writeUInt8(pairs.length / 2, 5)
    bodies.push(Buffer.concat([own, Buffer.from(pairs)]))
  }
  const head = Buffer.from(JSON.stringify({ intents, features: bodies.length, step }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  return Buffer.concat([length, head, ...bodies])
}

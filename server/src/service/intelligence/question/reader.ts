import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { editDistance } from './edit-distance.ts'
import { findPods, looksLikePod } from './find-pods.ts'
import { createGazetteer, type Gazetteer, keyOf, type Near } from './gazetteer.ts'
import type { KnownThings } from './known-things.ts'
import type { NamedThing } from './question.ts'
import type { ReadQuestion } from './read.ts'
import { readCompound } from './read-compound.ts'

/** Names of one question that are looked up as pods. */
const podNamesMax = 3

/** Reads questions with what each caller may know. */
export function createReader(
  { known, clock }: { known: KnownThings; clock: Clock },
  { kept }: { kept: string },
): ReadQuestion {
  const keptMs = durationMs(kept)
  return async (client, caller, { question: text, before, clusterContext }) => {
    const { things, gazetteer } = await known.of(caller)
    const read = (gazetteerOf: Gazetteer) =>
      readCompound(text, { things: gazetteerOf, nowMs: clock.now(), keptMs, before, clusterContext })
    const question = read(gazetteer)
    const names = question.unknown.map((one) => one.text).filter(looksLikePod)
    if (names.length === 0) return { question, names: things.length }
    const options = { things, clusterIds: clusterContext, nowMs: clock.now() }
    const found = await Promise.all(
      names.slice(0, podNamesMax).map((name) => findPods(client, name, options)),
    )
    const pods = found.flat()
    if (pods.length === 0) return { question, names: things.length }
    return { question: read(withPods(gazetteer, pods)), names: things.length + pods.length }
  }
}

/** A gazetteer that knows some pods besides. */
function withPods(gazetteer: Gazetteer, pods: readonly NamedThing[]): Gazetteer {
  const more = createGazetteer(pods)
  return {
    size: gazetteer.size + more.size,
    exact: (text) => [...more.exact(text), ...gazetteer.exact(text)],
    similar: (text) => [...nearPods(pods, text), ...gazetteer.similar(text)],
    beginning: (text, partMin) => [...more.beginning(text, partMin), ...gazetteer.beginning(text, partMin)],
    only: (kind) => gazetteer.only(kind),
  }
}

/** Slips of the keyboard in the name of a pod that was looked up by them. */
const slipsMax = 2
const nearPods = (pods: readonly NamedThing[], text: string): Near[] =>
  pods
    .filter(({ name }) => editDistance(name.toLowerCase(), text.toLowerCase(), slipsMax) <= slipsMax)
    .map((pod) => ({ key: keyOf(pod.name), things: [pod] }))

import type { KnowledgeDocument, KnowledgeHit } from '@aiops/contract/model/knowledge'
import type { Clock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { Found, Question } from '../index.ts'
import type { Meaning, Meant } from '../meaning/meaning.ts'
import type { Nearest } from '../meaning/vector-shelf.ts'
import type { Shelf } from '../shelf.ts'
import type { Scored } from './field-index.ts'
import { fuse } from './fuse.ts'
import { type Passage, passageScore, passagesOf, shownPassage } from './passage.ts'
import { queryTerms, tokensOf } from './token.ts'

/** Of each way of searching so many take part in the fusion. */
const poolMax = 200
/** Passages shown of one document. */
const passagesMax = 3

type Deps = {
  clock: Clock
  meaning: Meaning | null
  load(shelf: Shelf, id: string): Promise<KnowledgeDocument | undefined>
}

/** By words, by meaning where that is possible, and the best passages of what was found. */
export async function searchShelf(shelf: Shelf, asked: Question, deps: Deps): Promise<Found> {
  const words = queryTerms(asked.text)
  const accepts = shelf.accepts(asked)
  const limit = Math.max(asked.limit, poolMax)
  const lexical = shelf.index.search(words, limit, accepts)
  const meant = deps.meaning
    ? await deps.meaning.search(shelf.tenant, asked.text, limit, accepts)
    : ({ found: null } satisfies Meant as Meant)
  const best = meant.found
    ? fuse([lexical.found, meant.found], asked.limit)
    : lexical.found.slice(0, asked.limit)
  const parts: Parts = {
    wanted: new Map(words.map((word) => [word, shelf.index.idf(word)])),
    lexical: new Map(lexical.found.map(({ id, score }) => [id, score])),
    semantic: meant.found && new Map(meant.found.map((one) => [one.id, one])),
  }
  const turn = new Turn(deps.clock)
  const hits: KnowledgeHit[] = []
  for (const one of best) {
    const document = await deps.load(shelf, one.id)
    if (document) hits.push(await hitOf(document, one, parts, turn))
  }
  return {
    ...{ hits, total: lexical.total, notes: meant.note === undefined ? [] : [meant.note] },
    semantic:
      meant.found && deps.meaning
        ? {
            model: deps.meaning.model,
            documents: deps.meaning.documents(shelf.tenant),
            documents_total: shelf.size,
          }
        : null,
  }
}

type Parts = {
  wanted: ReadonlyMap<string, number>
  lexical: ReadonlyMap<string, number>
  semantic: ReadonlyMap<string, Nearest> | null
}

async function hitOf(
  document: KnowledgeDocument,
  { id, score }: Scored,
  { wanted, lexical, semantic }: Parts,
  turn: Turn,
): Promise<KnowledgeHit> {
  const near = semantic?.get(id)
  const { text, ...summary } = document
  return {
    ...{ document: summary, score },
    parts: { lexical: lexical.get(id) ?? 0, semantic: semantic && (near?.score ?? null) },
    passages: await passagesFor(text, wanted, near?.passage, turn),
  }
}

/** Those that hold most of what was asked, the nearest in meaning among them; without either, how the document begins. */
async function passagesFor(
  text: string,
  wanted: ReadonlyMap<string, number>,
  nearest: number | undefined,
  turn: Turn,
): Promise<KnowledgeHit['passages']> {
  const passages = passagesOf(text)
  const scored: { passage: Passage; score: number }[] = []
  for (const [place, passage] of passages.entries()) {
    const tokens = tokensOf(text.slice(passage.from, passage.to))
    const score = passageScore(tokens, wanted, tokensOf(passage.heading))
    if (score > 0 || place === nearest) scored.push({ passage, score })
    if (turn.due()) await turn.give()
  }
  const near = nearest === undefined ? undefined : passages[nearest]
  scored.sort((a, b) => b.score - a.score || a.passage.from - b.passage.from)
  const best = scored.slice(0, passagesMax).map(({ passage }) => passage)
  if (near && !best.includes(near)) best.splice(passagesMax - 1, 1, near)
  const shown = best.length > 0 ? best : passages.slice(0, 1)
  return shown.map((passage) => shownPassage(text, passage, wanted))
}

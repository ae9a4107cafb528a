import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { secretName } from '../../port/secret-source.ts'

const count = (fallback: number, min: number, max: number, text: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

const Embedding = z.object({
  protocol: z
    .enum(['OPENAI_COMPATIBLE', 'OPENAI', 'GOOGLE'])
    .default('OPENAI_COMPATIBLE')
    .describe('OPENAI_COMPATIBLE for vLLM, Ollama, llama.cpp and the like; the others for the hosted APIs.'),
  url: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Its address with the version, such as http://ollama:11434/v1; empty for the hosted API.'),
  model: z
    .string()
    .max(200)
    .default('')
    .describe('Model that turns text into vectors; empty: none, and search is by words alone.'),
  key: z
    .union([z.literal(''), z.string().regex(secretName)])
    .default('')
    .describe('Name of the secret that holds its key; empty for none.'),
  local: z
    .boolean()
    .optional()
    .describe(
      'Whether it is inside this network. Absent: what its address looks like. `intelligence.models.policy` decides whether one outside may be asked.',
    ),
  batch: count(32, 1, 256, 'Passages in one request.'),
  timeout: duration('30s', 'Longest time for a request while documents are embedded.'),
  question_timeout: duration('2s', 'Longest time for a question; after it the answer is by words alone.'),
  vectors_max: count(
    50_000,
    0,
    1_000_000,
    'Passages of one tenant that have vectors; four bytes a dimension each, in memory.',
  ),
})

/** Documents to look things up in, and incidents of the past to compare with. */
export const LibraryConfig = z.object({
  folder: z
    .string()
    .default('')
    .describe(
      'Folder of documents (Markdown with front matter); empty for `knowledge` in the data folder. A folder in it named as a tenant holds that tenant’s; the others are the first tenant’s. Read again every few seconds.',
    ),
  reload_interval: duration('10s', 'How often the folder and the runbooks are looked at.'),
  documents_max: count(20_000, 1, 200_000, 'Documents of one tenant, all kinds together but past incidents.'),
  bytes_max: count(
    134_217_728,
    1_024,
    4_294_967_296,
    'Text of one tenant’s documents, all together but past incidents.',
  ),
  versions_max: count(20, 0, 1_000, 'Versions before the last that are kept of a document.'),
  incidents_max: count(
    5_000,
    0,
    50_000,
    'Ended incidents of one tenant to compare with; the last ones count.',
  ),
  similarity_floor: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'Incidents that are less alike than this (0 to 1) are never shown. What else is chance is measured on the incidents themselves.',
    ),
  embedder: Embedding.prefault({}),
})
export type LibraryConfig = z.infer<typeof LibraryConfig>

import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { Stepwise } from '../../../kernel/stepwise.ts'

const documentsMax = 20_000
/** Of one document: a definition of an API that is written into it may be long. */
const documentCharsMax = 262_144

const text = z.string().max(500)
const Refs = z.array(text).max(1_000).nullish()
const Document = z.object({
  apiVersion: text,
  kind: text,
  metadata: z.object({
    name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,252}$/, 'a name of letters, digits, - _ and .'),
    namespace: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/)
      .nullish(),
    title: text.nullish(),
    annotations: z.record(z.string(), z.unknown()).nullish(),
  }),
  spec: z
    .object({
      ...{ type: text.nullish(), lifecycle: text.nullish(), owner: text.nullish(), system: text.nullish() },
      ...{ dependsOn: Refs, dependencyOf: Refs, providesApis: Refs, consumesApis: Refs },
      subcomponentOf: text.nullish(),
    })
    .nullish(),
  relations: z
    .array(z.object({ type: text, targetRef: text.nullish() }))
    .max(1_000)
    .nullish(),
})
export type CatalogueDocument = z.output<typeof Document>
export type Ref = { kind: string; namespace: string; name: string }
export type Read = { document: number; ref: Ref; body: CatalogueDocument }
export type Refusal = { document: number; ref: string | null; reason: string }

/**
 * The documents of a Backstage catalogue file (descriptor format, backstage.io/docs/features/software-catalog/descriptor-format): what cannot
 * be read is refused by itself. A step is one document.
 */
export function* readCatalogue(yaml: string): Stepwise<{ read: Read[]; refused: Refusal[] }> {
  const [read, refused]: [Read[], Refusal[]] = [[], []]
  let document = 0
  // A line that begins with three dashes ends a document wherever it stands (YAML 1.2.2, §9.1.2).
  for (const part of yaml.split(/^---(?=\s|$)/m)) {
    if (part.replaceAll(/^\s*(#.*)?$/gm, '').trim() === '') continue
    yield
    document += 1
    const refuse = (reason: string, ref: string | null = null): void =>
      void refused.push({ document, ref, reason })
    if (document > documentsMax) {
      refuse(`More than ${documentsMax} documents; the rest was not read.`)
      break
    }
    if (part.length > documentCharsMax) {
      refuse(`The document is longer than ${documentCharsMax} characters.`)
      continue
    }
    const parsed = bodyOf(part)
    if (typeof parsed === 'string') refuse(parsed)
    else read.push({ document, ref: refOf(parsed), body: parsed })
  }
  return { read, refused }
}

/** References are compared without regard to case (backstage.io/docs/features/software-catalog/references). */
export const refText = ({ kind, namespace, name }: Ref): string =>
  `${kind}:${namespace}/${name}`.toLowerCase()

/** `[kind:][namespace/]name`; undefined for what is none, or has no kind where there is no usual one. */
export function parseRef(text: string, usual: { kind?: string; namespace: string }): Ref | undefined {
  const found = /^(?:([A-Za-z][\w.-]*):)?(?:([\w.-]+)\/)?([\w.-]+)$/.exec(text.trim())
  const kind = found?.[1] ?? usual.kind
  if (!found || kind === undefined) return undefined
  return { kind: kind.toLowerCase(), namespace: found[2] ?? usual.namespace, name: found[3] ?? '' }
}

const refOf = ({ kind, metadata }: CatalogueDocument): Ref => ({
  ...{ kind: kind.toLowerCase(), namespace: metadata.namespace ?? 'default', name: metadata.name },
})

function bodyOf(part: string): CatalogueDocument | string {
  const document = parseDocument(part, { uniqueKeys: false, logLevel: 'silent' })
  const error = document.errors[0]
  if (error) return `It is not YAML: ${error.message.split('\n')[0]}`
  try {
    const parsed = Document.safeParse(document.toJS({ maxAliasCount: 20 }))
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    return `It is no catalogue entity: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? ''}`
  } catch {
    return 'Its aliases unfold too far.'
  }
}

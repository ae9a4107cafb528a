import { join } from 'node:path'
import { durationMs } from '@aiops/contract/model/time'
import { openEmbedder } from '../adapter/ai-sdk/index.ts'
import { Fault } from '../kernel/fault.ts'
import type { Act } from '../pipeline/act/index.ts'
import type { Embedder } from '../port/embedder.ts'
import type { HttpClient, HttpStreams } from '../port/http-client.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { Identity } from '../service/identity/index.ts'
import { isHosted, isLocal } from '../service/intelligence/index.ts'
import type { Knowledge } from '../service/knowledge/index.ts'
import {
  createLibrary,
  type EmbedderAudit,
  type Library,
  type LibraryConfig,
  type LibraryDeps,
} from '../service/library/index.ts'
import type { Config } from './config.ts'
import { tenantDocuments } from './storage/tenant-documents.ts'

type Parts = Pick<LibraryDeps, 'clock' | 'random' | 'metrics' | 'log' | 'bus' | 'records'> & {
  act: Act
  knowledge: Knowledge
  identity: Identity
  http: HttpClient & HttpStreams
  secrets: SecretSource
}

/** The library over this program's records, its folder of Markdown, its runbooks, and the embedder where one is configured. */
export function openLibrary(parts: Parts, config: Config): Library {
  const { act, knowledge, identity } = parts
  const { tenants } = config.auth
  const folder = config.library.folder === '' ? join(config.data_folder, 'knowledge') : config.library.folder
  const { policy, policies } = config.intelligence.models
  const embedder = embedderOf(parts, config.library)
  return createLibrary(
    {
      ...{ ...parts, tenants, files: tenantDocuments(folder, tenants, markdown), embedder },
      runbooks: () => act.runbooks().runbooks,
      changes: (tenant, filter) => knowledge.changes(tenant, filter),
      neighbours(tenant, entity) {
        if (!knowledge.knows(tenant, entity)) return undefined
        return {
          callers: knowledge.dependents(tenant, entity).length,
          callees: knowledge.dependencies(tenant, entity).length,
        }
      },
      mayEmbed: (tenant) =>
        embedder !== null &&
        (embedder.local || (Object.hasOwn(policies, tenant) ? policies[tenant] : policy) !== 'LOCAL_ONLY'),
      audit: (record) => auditEmbedder(identity, record),
    },
    config.library,
  )
}

/** Files of documents. */
const markdown = /^[^.].*\.md$/i

function embedderOf({ http, clock, secrets }: Parts, { embedder }: LibraryConfig): Embedder | null {
  const { protocol, url, model, key } = embedder
  if (model === '') return null
  if (protocol === 'OPENAI_COMPATIBLE' && url === '')
    throw new Fault('CONFIG_INVALID', 'library.embedder.url is needed with this protocol.')
  if (embedder.local === true && isHosted(embedder))
    throw new Fault('CONFIG_INVALID', 'library.embedder.local: this address is not inside any network.')
  return openEmbedder(
    { protocol, url, model, key, local: isLocal(embedder), timeoutMs: durationMs(embedder.timeout) },
    { http, clock, secret: (name) => secrets.read(name) },
  )
}

/** What left this network for an embedder is in the audit log, by hash. */
function auditEmbedder(
  identity: Identity,
  { tenant, model, outcome, ...details }: EmbedderAudit,
): Promise<void> {
  return identity.audit(
    { actor: 'system', tenant, permissions: [] },
    'askEmbedder',
    `model/${model}`,
    outcome === 'DONE' ? 'SUCCESS' : 'FAILURE',
    details,
  )
}

import { join } from 'node:path'
import { openLanguageModel } from '../adapter/ai-sdk/index.ts'
import { createReportPrinter } from '../adapter/pdf/report-printer.ts'
import type { HttpClient, HttpStreams } from '../port/http-client.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { Identity } from '../service/identity/index.ts'
import {
  createIntelligence,
  type Intelligence,
  type IntelligenceConfig,
  type IntelligenceDeps,
  type ModelAudit,
} from '../service/intelligence/index.ts'
import { openObjectStore } from './storage/object-store.ts'

type Parts = Omit<IntelligenceDeps, 'objects' | 'printer' | 'openModel' | 'auditModel'> & {
  http: HttpClient & HttpStreams
  secrets: SecretSource
  identity: Identity
  folder: string
}

/** Intelligence with its own object store, the providers of language models, and the printer of reports. */
export async function openIntelligence(parts: Parts, config: IntelligenceConfig): Promise<Intelligence> {
  const { http, secrets, identity, clock } = parts
  const url = config.objects_url === '' ? join(parts.folder, 'objects') : config.objects_url
  const objects = await openObjectStore(url, secrets)
  const intelligence = createIntelligence(
    {
      ...{ ...parts, objects, printer: createReportPrinter() },
      openModel: (definition) =>
        openLanguageModel(definition, { http, clock, secret: (name) => secrets.read(name) }),
      auditModel: (record) => auditModel(identity, record),
    },
    config,
  )
  return {
    ...intelligence,
    async stop() {
      await intelligence.stop()
      await objects.close()
    },
  }
}

/** What left this network for a model is in the audit log, by hash. */
function auditModel(
  identity: Identity,
  { tenant, provider, outcome, ...details }: ModelAudit,
): Promise<void> {
  return identity.audit(
    { actor: 'system', tenant, permissions: [] },
    'askModel',
    `model/${provider}`,
    outcome === 'DONE' ? 'SUCCESS' : 'FAILURE',
    { outcome, ...details },
  )
}

import type { Permission } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server'
import { isFault } from '../../kernel/fault.ts'
import type { Caller, ClientOf } from '../../port/operation-client.ts'
import { incidentUri } from './incident-uri.ts'

/** Incidents, findings and runbooks, as the caller may read them. */
export interface Resources {
  /** Newest incidents, most severe findings, all runbooks. */
  list(caller: Caller): Promise<Resource[]>
  templates(caller: Caller): ResourceTemplateType[]
  read(caller: Caller, uri: string): Promise<ReadResourceResult>
}

/** Of one kind that are listed; the rest is read through its template. */
const listedMax = 100
const mimeType = 'application/json'
const bytesMax = 524_288

type Kind = {
  permission: Permission
  title: string
  description: string
  /** How long what was read may be kept. */
  ttlMs: number
  list(client: Client): Promise<Resource[]>
  read(client: Client, id: string): Promise<unknown>
}

const kinds: Readonly<Record<string, Kind>> = {
  incidents: {
    permission: 'incidents:read',
    title: 'Incident',
    description: 'An incident with its timeline, members, latest diagnosis and remediations.',
    ttlMs: 5_000,
    async list(client) {
      const { incidents } = await client.listIncidents({ query: { limit: listedMax } })
      return incidents.map(({ id, number, title, status, severity, updated_at }) => ({
        ...{ uri: incidentUri(id), name: `incident-${number}`, title: title.slice(0, titleMax), mimeType },
        description: `Incident ${number}: ${severity}, ${status}.`,
        annotations: { lastModified: updated_at },
      }))
    },
    read: (client, id) => client.getIncident({ params: { id } }),
  },
  findings: {
    permission: 'clusters:read',
    title: 'Finding',
    description: 'What an analyzer found inside a cluster, with evidence, causes and what to do.',
    ttlMs: 10_000,
    async list(client) {
      const { items } = await client.listFindings({ query: { page_size: listedMax } })
      return items.map(({ id, title, severity, rule }) => ({
        ...{ uri: `aiops://findings/${encodeURIComponent(id)}`, name: `finding-${id}`, mimeType },
        ...{ title: title.slice(0, titleMax), description: `Finding of rule ${rule}: ${severity}.` },
      }))
    },
    read: (client, id) => client.getFinding({ params: { id } }),
  },
  runbooks: {
    permission: 'runbooks:read',
    title: 'Runbook',
    description: 'A runbook: what it is for, its steps, and how they are undone.',
    ttlMs: 60_000,
    async list(client) {
      const { runbooks } = await client.listRunbooks()
      return runbooks.slice(0, listedMax).map(({ id, name, description }) => ({
        ...{ uri: `aiops://runbooks/${encodeURIComponent(id)}`, name: `runbook-${id}`, mimeType },
        ...{ title: name.slice(0, titleMax), description: description.slice(0, titleMax) },
      }))
    },
    async read(client, id) {
      const { runbooks } = await client.listRunbooks()
      return runbooks.find((runbook) => runbook.id === id)
    },
  },
}

const titleMax = 500

export function createResources(clientOf: ClientOf): Resources {
  const ofCaller = (caller: Caller) =>
    Object.entries(kinds).filter(([, { permission }]) => caller.permissions.includes(permission))
  return {
    async list(caller) {
      const client = clientOf(caller)
      return (await Promise.all(ofCaller(caller).map(([, kind]) => kind.list(client)))).flat()
    },
    templates: (caller) =>
      ofCaller(caller).map(([name, { title, description }]) => ({
        ...{ uriTemplate: `aiops://${name}/{id}`, name, title, description, mimeType },
      })),
    async read(caller, uri) {
      const [, name = '', id = ''] = /^aiops:\/\/([a-z]+)\/([^/?#]{1,256})$/.exec(uri) ?? []
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
      if (!kind || !caller.permissions.includes(kind.permission)) throw new ResourceNotFoundError(uri)
      const found = await kind.read(clientOf(caller), decoded(id)).catch((error: unknown) => {
        if (isFault(error) && error.status >= 400 && error.status < 500) return undefined
        throw error
      })
      if (found === undefined) throw new ResourceNotFoundError(uri)
      const text = JSON.stringify(found, null, 1)
      if (Buffer.byteLength(text) > bytesMax)
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `${uri} has more than ${bytesMax} bytes; use the tools, which give parts of it.`,
        )
      return { contents: [{ uri, mimeType, text }], ttlMs: kind.ttlMs, cacheScope: 'private' }
    },
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

import { ClusterEnvironment, ClusterPlatform, ClusterType } from '@aiops/contract/model/cluster'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import { secretName } from '../../../port/secret-source.ts'

const Backend = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Name of a secret that is sent as a bearer token. */
  token_secret: z.string().regex(secretName).optional(),
  /** Name of a secret of the form `user:password`, for basic authentication. */
  basic_secret: z.string().regex(secretName).optional(),
  /** Sent as they are: for example X-Scope-OrgID. */
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string().max(4_096)).default({}),
  tls: z
    .strictObject({
      ca_file: z.string().optional(),
      server_name: z.string().optional(),
      insecure_skip_verify: z.boolean().default(false),
    })
    .optional(),
})
export type BackendDocument = z.output<typeof Backend>

const Cluster = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be 3 to 63 letters, digits or dashes'),
  id: z.string().min(1).max(128).optional(),
  tenant: z.string().min(1).optional(),
  labels: z.record(z.string(), z.string()).default({}),
  display_name: z.string().max(128).optional(),
  cluster_type: ClusterType.default('SPOKE'),
  platform: ClusterPlatform.default('OPENSHIFT'),
  environment: ClusterEnvironment.default('DEVELOPMENT'),
  region: z.string().max(64).optional(),
  /** Checked, not queried. */
  api_server: Backend.optional(),
  prometheus: Backend.optional(),
  loki: Backend.optional(),
  tempo: Backend.optional(),
  alertmanager: Backend.optional(),
})
export type ClusterDocument = Omit<z.output<typeof Cluster>, 'id'> & { id: string }
const Document = z.strictObject({ clusters: z.array(Cluster).max(10_000) })

/** Clusters that documents name, and what cannot be used of them. The first of two with one name or id in a tenant counts. */
export function readClusterDocuments(files: readonly DocumentFile[]): {
  clusters: ClusterDocument[]
  problems: { file: string; message: string }[]
} {
  const clusters: ClusterDocument[] = []
  const problems: { file: string; message: string }[] = []
  const taken = new Set<string>()
  for (const { file, text, problem } of files) {
    if (problem !== undefined) {
      problems.push({ file, message: problem })
      continue
    }
    const parsed = parsedOf(text)
    if (typeof parsed === 'string') {
      problems.push({ file, message: parsed })
      continue
    }
    for (const one of parsed.clusters) {
      const cluster = { ...one, id: one.id ?? one.name }
      const names = [cluster.id, cluster.name].map((name) => JSON.stringify([cluster.tenant, name]))
      if (names.some((name) => taken.has(name)))
        problems.push({ file, message: `There is another cluster ${cluster.name}; this one is left out.` })
      else clusters.push(cluster)
      for (const name of names) taken.add(name)
    }
  }
  return { clusters, problems }
}

function parsedOf(text: string): z.output<typeof Document> | string {
  try {
    const parsed = Document.safeParse(parseYaml(text) ?? { clusters: [] })
    if (parsed.success) return parsed.data
    return parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`)
      .join('; ')
  } catch (error) {
    return `It is no YAML: ${messageOf(error).split('\n')[0]}`
  }
}

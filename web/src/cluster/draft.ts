import type { AuthType, ClusterEnvironment, ClusterType } from '@aiops/contract/model/cluster'
import { clusterName } from '@aiops/contract/model/cluster'
import type { KubeContext } from './kubeconfig-peek.ts'
import { readLabels } from './label-text.ts'
import type { Credentials } from './use-cluster.ts'

/** What is typed of credentials. Lives in the page's memory alone. */
export type CredentialDraft = {
  way: AuthType
  kubeconfig: string
  /** '' is its current one. */
  context: string
  token: string
  oidcWay: 'TOKEN' | 'GRANT'
  oidcToken: string
  issuer: string
  clientId: string
  clientSecret: string
  refreshToken: string
  oidcCa: string
}
export type TlsDraft = { ca: string; serverName: string; insecure: boolean }
export type BackendDraft = {
  prometheus: string
  tempo: string
  loki: string
  alertmanager: string
  prometheusToken: string
  tempoToken: string
  lokiToken: string
}
export type IdentityDraft = {
  name: string
  displayName: string
  type: ClusterType
  environment: ClusterEnvironment
  region: string
  labels: string
}
export type Draft = {
  credentials: CredentialDraft
  apiServer: string
  tls: TlsDraft
  identity: IdentityDraft
  backends: BackendDraft
}

export const emptyCredentials: CredentialDraft = {
  ...{ way: 'KUBECONFIG', kubeconfig: '', context: '', token: '', oidcWay: 'TOKEN', oidcToken: '' },
  ...{ issuer: '', clientId: '', clientSecret: '', refreshToken: '', oidcCa: '' },
}
export const emptyBackends: BackendDraft = {
  ...{ prometheus: '', tempo: '', loki: '', alertmanager: '' },
  ...{ prometheusToken: '', tempoToken: '', lokiToken: '' },
}
export const emptyDraft: Draft = {
  credentials: emptyCredentials,
  apiServer: '',
  tls: { ca: '', serverName: '', insecure: false },
  identity: {
    ...{ name: '', displayName: '', type: 'SPOKE', environment: 'DEVELOPMENT', region: '', labels: '' },
  },
  backends: emptyBackends,
}

/** The same without anything secret. */
export const withoutSecrets = (draft: Draft): Draft => ({
  ...draft,
  credentials: { ...emptyCredentials, way: draft.credentials.way },
  backends: { ...draft.backends, prometheusToken: '', tempoToken: '', lokiToken: '' },
})

/** Why credentials cannot be sent yet, as sentences; empty when they can. */
export function credentialProblems(draft: CredentialDraft): string[] {
  const missing: string[] = []
  const need = (text: string, sentence: string): void => {
    if (text.trim() === '') missing.push(sentence)
  }
  if (draft.way === 'KUBECONFIG') need(draft.kubeconfig, 'Paste or drop a kubeconfig.')
  if (draft.way === 'SERVICE_ACCOUNT') need(draft.token, 'Give the service account’s token.')
  if (draft.way === 'OIDC' && draft.oidcWay === 'TOKEN') need(draft.oidcToken, 'Give an ID token.')
  if (draft.way === 'OIDC' && draft.oidcWay === 'GRANT') {
    if (!isUrl(draft.issuer, ['https:'])) missing.push('The issuer’s address begins with https://.')
    need(draft.clientId, 'Give the client’s id.')
    if (draft.clientSecret === '' && draft.refreshToken === '')
      missing.push('Give the client’s secret or a refresh token.')
  }
  return missing
}

/** What stands against the next step: of 1 (where), 2 (what), 3 (backends). */
export function stepProblems(draft: Draft, step: number): string[] {
  if (step === 1) {
    const server = isUrl(draft.apiServer, ['https:'])
      ? []
      : ['The API server’s address begins with https://, such as https://api.lab.example:6443.']
    return [...credentialProblems(draft.credentials), ...server]
  }
  if (step === 2) {
    const named = clusterName.test(draft.identity.name)
      ? []
      : ['A name has 3 to 63 lower-case letters, digits and dashes, neither first nor last a dash.']
    return [...named, ...readLabels(draft.identity.labels).problems]
  }
  return backendProblems(draft.backends)
}

export function backendProblems(draft: BackendDraft): string[] {
  const problems: string[] = []
  for (const [name, url, token] of [
    ['Prometheus', draft.prometheus, draft.prometheusToken],
    ['Tempo', draft.tempo, draft.tempoToken],
    ['Loki', draft.loki, draft.lokiToken],
    ['Alertmanager', draft.alertmanager, ''],
  ] as const) {
    if (url.trim() !== '' && !isUrl(url, ['http:', 'https:']))
      problems.push(`The address of ${name} begins with http:// or https://.`)
    if (url.trim() === '' && token !== '')
      problems.push(`There is a token for ${name}, but no address of it.`)
  }
  return problems
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text.trim())
  return url !== null && protocols.includes(url.protocol) && url.hostname !== ''
}

/** The body of POST /api/v1/clusters. */
export function clusterInputOf({ apiServer, tls, identity, backends }: Draft) {
  return {
    name: identity.name,
    display_name: identity.displayName.trim() || null,
    api_server_url: apiServer.trim(),
    cluster_type: identity.type,
    environment: identity.environment,
    region: identity.region.trim() || null,
    labels: readLabels(identity.labels).labels,
    endpoints: endpointsOf(backends),
    tls: tlsOf(tls),
  }
}

export function endpointsOf({ prometheus, tempo, loki, alertmanager }: BackendDraft) {
  return {
    ...(prometheus.trim() && { prometheus_url: prometheus.trim() }),
    ...(tempo.trim() && { tempo_url: tempo.trim() }),
    ...(loki.trim() && { loki_url: loki.trim() }),
    ...(alertmanager.trim() && { alertmanager_url: alertmanager.trim() }),
  }
}

/** Null where nothing differs from the usual. */
export const tlsOf = ({ ca, serverName, insecure }: TlsDraft) =>
  ca.trim() === '' && serverName.trim() === '' && !insecure
    ? null
    : {
        ...(ca.trim() && { ca: ca.trim() }),
        ...(serverName.trim() && { server_name: serverName.trim() }),
        insecure_skip_verify: insecure,
      }

/** The body of POST …/credentials. */
export function credentialInputOf(draft: CredentialDraft, tokens?: BackendDraft): Credentials {
  const backend = {
    ...(tokens?.prometheusToken && { prometheus_token: tokens.prometheusToken }),
    ...(tokens?.tempoToken && { tempo_token: tokens.tempoToken }),
    ...(tokens?.lokiToken && { loki_token: tokens.lokiToken }),
  }
  switch (draft.way) {
    case 'KUBECONFIG': {
      const context = draft.context === '' ? {} : { context: draft.context }
      return { auth_type: 'KUBECONFIG', kubeconfig: draft.kubeconfig, ...context, ...backend }
    }
    case 'SERVICE_ACCOUNT':
      return { auth_type: 'SERVICE_ACCOUNT', service_account_token: draft.token.trim(), ...backend }
    case 'OIDC':
      if (draft.oidcWay === 'TOKEN')
        return { auth_type: 'OIDC', oidc_token: draft.oidcToken.trim(), ...backend }
      return {
        auth_type: 'OIDC',
        oidc: {
          issuer_url: draft.issuer.trim(),
          client_id: draft.clientId.trim(),
          ...(draft.clientSecret && { client_secret: draft.clientSecret }),
          ...(draft.refreshToken && { refresh_token: draft.refreshToken }),
          ...(draft.oidcCa.trim() && { ca: draft.oidcCa.trim() }),
        },
        ...backend,
      }
  }
}

/** A name that the registry takes, made of a context's: `admin@Lab.Example` → `admin-lab-example`; '' where none can be. */
export function nameFrom({ name }: Pick<KubeContext, 'name'>): string {
  const made = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return clusterName.test(made) ? made : ''
}

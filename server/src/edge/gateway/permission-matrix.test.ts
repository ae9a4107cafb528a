import { api, type OperationId } from '@aiops/contract/api/index'
import type { Operation } from '@aiops/contract/api/operation'
import { pathOf } from '@aiops/contract/client'
import { exampleOf } from '@aiops/contract/example'
import { describe, expect, it } from 'vitest'
import { keyOf, openGateway, post } from './open-gateway.suite.ts'

/** Who may do what, written out: the table of record, against which the running gateway is held. */
const readers = 'viewer developer operator approver admin auditor stranger'
const changers = 'operator approver admin stranger'
/** Who may speak in conversations. */
const writers = 'developer operator approver admin stranger'
const declared: Record<OperationId, string> = {
  getHealth: 'nobody sender feed viewer developer operator approver admin auditor stranger',
  getReady: 'nobody sender feed viewer developer operator approver admin auditor stranger',
  getOverview: readers,
  getPipeline: readers,
  getSettings: 'developer operator approver admin auditor stranger',
  listIncidents: readers,
  getIncident: readers,
  setIncidentStatus: changers,
  commentIncident: changers,
  diagnoseIncident: changers,
  ...{ listIncidentMembers: readers, assignIncident: changers, setIncidentSeverity: changers },
  ...{ mergeIncident: changers, splitIncident: changers, removeIncidentMember: changers },
  ...{ moveIncidentMember: changers, confirmIncidentCause: changers },
  ...{ addIncidentLink: changers, removeIncidentLink: changers },
  ...{ listCorrelationLessons: readers, forgetCorrelationLesson: 'admin' },
  listAnomalies: readers,
  getAnomaly: readers,
  ingestAlerts: 'sender operator approver admin stranger',
  listAlerts: readers,
  ...{ searchAlerts: readers, listRuleNoise: readers, bulkAlerts: changers, actOnAlerts: changers },
  ...{ listAlertPresets: readers, createAlertPreset: readers, deleteAlertPreset: readers },
  listSilences: readers,
  createSilence: changers,
  getSilence: readers,
  expireSilence: changers,
  ...{ listCorrelationRules: readers, getCorrelationRule: readers, previewCorrelationRule: readers },
  ...{ getCorrelationRuleEffect: readers, applyCorrelationRule: changers },
  ...{ createCorrelationRule: 'admin', updateCorrelationRule: 'admin', deleteCorrelationRule: 'admin' },
  importAlertmanagerConfiguration: 'admin',
  ...{ listMaintenance: readers, getMaintenance: readers, previewMaintenance: readers },
  ...{ createMaintenance: changers, updateMaintenance: changers, deleteMaintenance: changers },
  previewSilence: readers,
  ...{ listSlos: readers, checkSlo: readers, getSlo: readers, getSloHistory: readers },
  ...{ listKnowledgeDocuments: readers, getKnowledgeDocument: readers, listKnowledgeVersions: readers },
  ...{ searchKnowledge: readers, listSimilarIncidents: readers, createKnowledgeDocument: changers },
  ...{ updateKnowledgeDocument: changers, deleteKnowledgeDocument: changers },
  ...{ createSlo: changers, updateSlo: changers, deleteSlo: changers },
  listSeries: readers,
  listLabels: readers,
  listLabelValues: readers,
  getCardinality: readers,
  listSenders: readers,
  listStreamRules: readers,
  listScrapeTargets: readers,
  listPulls: readers,
  getRange: readers,
  getWindows: readers,
  searchLogs: readers,
  searchTraces: readers,
  getTrace: readers,
  ...{ findTraces: readers, listTraceSpans: readers, analyzeTrace: readers, getServiceGraph: readers },
  ...{ listTraceServices: readers, listTraceOperations: readers },
  ...{
    listQueryClusters: readers,
    queryMetrics: readers,
    queryMetricsRange: readers,
    listMetricMetadata: readers,
  },
  ...{
    listClusterAlerts: readers,
    queryTraces: readers,
    getClusterTrace: readers,
    listAlertHistory: readers,
    getAlert: readers,
  },
  ...{ queryLogs: readers, queryLogsRange: readers, listLogLabels: readers, listLogLabelValues: readers },
  listRunbooks: readers,
  executeRunbook: changers,
  listRemediations: readers,
  getRemediation: readers,
  approveRemediation: 'approver admin',
  settleRemediation: 'approver admin',
  getTopology: readers,
  putTopology: changers,
  ...{ diffTopology: readers, getTopologyTimes: readers, listNeighbours: readers, importBackstage: changers },
  ...{ recordChange: changers, listChanges: readers },
  ...{ listAudit: 'auditor admin', verifyAudit: 'auditor admin', listAuditCheckpoints: 'auditor admin' },
  ...{ listAllocations: readers, listUnitCosts: readers, listPriceBooks: readers, putPriceBook: changers },
  ...{
    getCostOverview: readers,
    putProviderTelemetry: 'sender operator approver admin stranger',
    listProviderTelemetry: readers,
    putPlacement: changers,
  },
  ...{ listDecisions: readers, getDecision: readers, decideNow: readers, listOpportunities: readers },
  ...{ getCalibration: readers, listSavings: readers, replayDecisions: readers },
  ...{ proposeDecision: writers, dropDecision: changers },
  ...{ listBudgets: readers, createBudget: changers, updateBudget: changers, deleteBudget: changers },
  createBackup: 'admin',
  listBackups: 'admin',
  getBackup: 'admin',
  ...{ createCluster: 'admin', updateCluster: 'admin', deleteCluster: 'admin', refreshCluster: readers },
  ...{ listClusters: readers, getCluster: readers, getClusterByName: readers },
  ...{ getClusterStatus: readers, listClusterHistory: readers },
  ...{ putClusterCredentials: 'admin', deleteClusterCredentials: 'admin' },
  ...{ rotateClusterCredentials: 'admin', validateClusterCredentials: 'admin', rotateFleetKey: 'admin' },
  ...{ getFleetSummary: readers, getFleetHealth: readers, getFleetCapabilities: readers },
  ...{ getClusterOverview: readers, listPods: readers, listNodes: readers, listWorkloads: readers },
  ...{ listKubernetesEvents: readers, listClusterChanges: readers, getClusterObject: readers },
  ...{ getPodLogs: readers, getClusterGraph: readers, exportClusterGraph: readers },
  ...{ listNetworkFlows: readers, getClusterDiagnostics: readers, getClusterRbac: readers },
  ...{ listFindings: readers, getFinding: readers, listFindingRules: readers, analyzeCluster: readers },
  ...{ listGpuNodes: readers, getGpuNode: readers, getGpuSummary: readers, listGpuProcesses: readers },
  ...{ listCnfWorkloads: readers, listPtpStatus: readers, getDpdkStats: readers, listSriovStatus: readers },
  ...{ listCnfKpis: readers, getClusterCopy: readers },
  ...{ ask: readers, listModels: readers, listPersonas: readers, getPersona: readers, listTools: readers },
  ...{ createPersona: writers, updatePersona: writers, deletePersona: writers },
  ...{ listChatSessions: readers, getChatSession: readers, listChatMessages: readers },
  ...{ exportChatSession: readers, createChatSession: writers, updateChatSession: writers },
  ...{ deleteChatSession: writers, sendChatMessage: writers, stopChatMessage: writers },
  ...{ addChatAttachment: writers, analyzeAnomaly: readers, analyzeRootCause: readers, explain: readers },
  ...{ listReports: readers, getReport: readers, getReportDocument: readers },
  ...{ createReport: 'admin', deleteReport: 'admin', listReportSchedules: readers },
  ...{ createReportSchedule: 'admin', deleteReportSchedule: 'admin' },
  updateReportSchedule: 'admin',
  ...{ listForgeProjects: readers, listMergeRequests: readers, getMergeRequest: readers },
  ...{ getMergeRequestDiff: readers, getForgeTree: readers, getForgeFile: readers },
  ...{ closeMergeRequest: writers, addMergeRequestNote: writers, createForgeProject: 'approver admin' },
  ...{ approveMergeRequest: 'approver admin', unapproveMergeRequest: 'approver admin' },
  mergeMergeRequest: 'approver admin',
  ...{ listDeployments: readers, getDeployment: readers, listDeploymentEvents: readers, listDrift: readers },
  ...{ proposeDeployment: writers, closeDeployment: writers, planDeployment: writers },
  ...{ revertDeployment: writers, tellDeployment: writers, checkDrift: writers },
  ...{
    approveDeployment: 'approver admin',
    reviewOverride: 'approver admin',
    setKillSwitch: 'approver admin',
  },
  ...{ getDeploymentControl: readers, getPolicy: readers, evaluatePolicy: readers },
  ...{ labelAnomaly: changers, labelIncident: changers, deleteFeedback: changers },
  ...{ listFeedback: readers, getFeedbackEffect: readers, reviewFeedback: 'admin' },
  ...{ listCorrections: readers, listDetectionModels: readers, getDetectionModel: readers },
  ...{ listModelVersions: readers, getModelVersion: readers, rebuildModelVersion: readers },
  ...{ getModelDrift: readers, trainModel: 'admin', promoteModelVersion: 'admin', rollbackModel: 'admin' },
  ...{ getDetectionSettings: readers, putDetectionSettings: 'admin', listDetectors: readers },
  ...{ getDetectionFunnel: readers, replayDetection: readers },
  ...{ createForecast: readers, getCapacityPlan: readers, listPredictions: readers },
  ...{ listTerraformStates: readers, listTerraformStateVersions: readers },
  ...{ unlockTerraformState: 'approver admin', rollbackTerraformState: 'approver admin' },
}
const callers = [
  ...['nobody', 'viewer', 'developer', 'operator', 'approver', 'admin', 'auditor', 'sender', 'feed'],
  /** An operator, of another tenant. */
  'stranger',
]

const authorization = (caller: string) => ({ authorization: `Bearer ${keyOf(caller)}` })
type Parts = Record<string, unknown>
/** What the query cannot be without. */
const requiredOf = (query: NonNullable<Operation['query']>): Parts =>
  Object.fromEntries(
    Object.entries(exampleOf(query) as Parts).filter(
      ([name]) => !query.shape[name]?.safeParse(undefined).success,
    ),
  )
const callOf = (id: OperationId): { path: string; init: RequestInit } => {
  const { path, method, params, query, body }: Operation = api[id]
  const parts = { params: params ? (exampleOf(params) as Parts) : {}, query: query ? requiredOf(query) : {} }
  return {
    path: pathOf(path, parts),
    init: body ? { ...post(JSON.stringify(exampleOf(body))), method } : { method },
  }
}

describe('the permission matrix', () => {
  it('is what the gateway does, for every operation and every kind of caller', {
    timeout: 60_000,
  }, async () => {
    const { get, audit } = await openGateway({ keyed: true })
    const found: Record<string, string> = {}
    for (const id of Object.keys(api) as OperationId[]) {
      const { path, init } = callOf(id)
      const allowed = await Promise.all(
        callers.map(async (caller) => {
          const headers = { ...init.headers, ...(caller === 'nobody' ? {} : authorization(caller)) }
          const { status } = await get(path, { ...init, headers })
          if (status < 300) return caller
          expect([id, caller, status]).toEqual([id, caller, caller === 'nobody' ? 401 : 403])
          return []
        }),
      )
      found[id] = allowed.flat().sort().join(' ')
    }
    const sorted = Object.entries(declared).map(([id, names]) => [id, names.split(' ').sort().join(' ')])
    expect(found).toEqual(Object.fromEntries(sorted))
    expect(audit).toContainEqual({
      actor: 'viewer',
      action: 'approveRemediation',
      resource: '/api/v1/remediations/12/approve',
      outcome: 'DENIED',
    })
  })

  it('refuses a key that is wrong or belongs to another tenant', async () => {
    const { get } = await openGateway({ keyed: true })
    const status = async (headers: Record<string, string>) =>
      (await get('/api/v1/incidents', { headers })).status
    expect(await status({ authorization: 'Bearer wrong' })).toBe(401)
    expect(await status({ ...authorization('admin'), 'x-tenant-id': 'shop' })).toBe(403)
    expect(await status({ ...authorization('stranger'), 'x-scope-orgid': 'default' })).toBe(403)
    expect(await status({ ...authorization('stranger'), 'x-tenant-id': 'shop' })).toBe(200)
  })

  it('hands a handler the tenant of the key and nothing else', async () => {
    const tenants: string[] = []
    const { get } = await openGateway({
      keyed: true,
      handlers: {
        async listLabels(_input, { tenant }) {
          tenants.push(tenant)
          return { labels: [] }
        },
      },
    })
    for (const caller of ['viewer', 'stranger'])
      await get('/api/v1/metrics/labels', { headers: authorization(caller) })
    expect(tenants).toEqual(['default', 'shop'])
  })

  it('lets a sender send by every protocol and nobody without the permission', async () => {
    const receivers = [{ path: '/v9/push', summary: '', handle: async () => ({ status: 200 }) }]
    const { get } = await openGateway({ keyed: true, receivers })
    const status = async (caller: string) =>
      (await get('/v9/push', post('x', 'text/plain', authorization(caller)))).status
    expect(await Promise.all(['sender', 'viewer', 'wrong'].map(status))).toEqual([200, 403, 401])
  })

  it('answers a stranger before reading the body', async () => {
    const { get } = await openGateway({ keyed: true })
    expect((await get('/api/v1/alerts/ingest', post('{ broken'))).status).toBe(401)
  })
})

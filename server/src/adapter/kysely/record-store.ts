import { CompiledQuery, type Dialect, Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { RecordStore, Repositories } from '../../port/record-store.ts'
import { alertPresetRepository } from './alert-preset-repository.ts'
import { alertRepository } from './alert-repository.ts'
import { alertSearchRepository } from './alert-search-repository.ts'
import { anomalyRepository } from './anomaly-repository.ts'
import { auditRepository } from './audit-repository.ts'
import { changeRepository } from './change-repository.ts'
import { chatRepository } from './chat-repository.ts'
import { clusterRepository } from './cluster-repository.ts'
import { correlationMemoryRepository } from './correlation-memory-repository.ts'
import { correlationRuleRepository } from './correlation-rule-repository.ts'
import { costRepository } from './cost-repository.ts'
import { deploymentRepository } from './deployment-repository.ts'
import { detectionRepository } from './detection-repository.ts'
import { diagnosisRepository } from './diagnosis-repository.ts'
import { documentRepository } from './document-repository.ts'
import { feedbackRepository } from './feedback-repository.ts'
import { forgeRepository, forgeTransactions } from './forge-repository.ts'
import { groupedAppend } from './grouped-append.ts'
import { incidentLifeRepository } from './incident-life-repository.ts'
import { incidentRepository } from './incident-repository.ts'
import { maintenanceRepository } from './maintenance-repository.ts'
import { membershipRepository } from './membership-repository.ts'
import { modelRepository } from './model-repository.ts'
import { modelSpendingRepository } from './model-spending-repository.ts'
import { outboxRepository } from './outbox-repository.ts'
import { personaRepository } from './persona-repository.ts'
import { placementRepository } from './placement-repository.ts'
import { predictionRepository } from './prediction-repository.ts'
import { remediationRepository } from './remediation-repository.ts'
import { reportRepository } from './report-repository.ts'
import { migrations, type Schema } from './schema.ts'
import { silenceRepository } from './silence-repository.ts'
import { sloRepository } from './slo-repository.ts'
import { openSqlite, sqliteDialect } from './sqlite-dialect.ts'
import { stateRepository } from './state-repository.ts'
import { topologyHistoryRepository } from './topology-history-repository.ts'
import { topologyRepository } from './topology-repository.ts'

/** Records in one SQLite file. Statements that follow one another give way to others after `sliceMs`. */
export function openSqliteRecordStore(
  path: string,
  sliceMs = Number.POSITIVE_INFINITY,
): Promise<RecordStore> {
  return openRecordStore(sqliteDialect(openSqlite(path), sliceMs))
}

/** Records in whatever database the dialect speaks to; brings the schema up to date first. */
export async function openRecordStore(dialect: Dialect): Promise<RecordStore> {
  const db = new Kysely<Schema>({ dialect })
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  const direct = repositoriesOf(db)
  const transaction: RecordStore['transaction'] = (work) =>
    db.transaction().execute((inside) => work(repositoriesOf(inside)))
  return {
    ...direct,
    // What reads before it writes is one transaction even when called alone.
    incidents: {
      ...direct.incidents,
      insert: (incident) => transaction((r) => r.incidents.insert(incident)),
      addEvent: (id, event) => transaction((r) => r.incidents.addEvent(id, event)),
    },
    alerts: {
      ...direct.alerts,
      upsert: (alert) => transaction((r) => r.alerts.upsert(alert)),
      upsertAll: (alerts) => transaction((r) => r.alerts.upsertAll(alerts)),
    },
    alertPresets: {
      ...direct.alertPresets,
      insert: (tenant, preset, limits) => transaction((r) => r.alertPresets.insert(tenant, preset, limits)),
    },
    remediations: {
      ...direct.remediations,
      insert: (remediation) => transaction((r) => r.remediations.insert(remediation)),
    },
    audit: {
      ...direct.audit,
      append: groupedAppend((records) =>
        db.transaction().execute((inside) => auditRepository(inside).appendAll(records)),
      ),
    },
    topologies: {
      ...direct.topologies,
      save: (tenant, entities, edges) => transaction((r) => r.topologies.save(tenant, entities, edges)),
      remove: (tenant, entities, edges) => transaction((r) => r.topologies.remove(tenant, entities, edges)),
    },
    topologyHistory: {
      ...direct.topologyHistory,
      append: (tenant, batch) => transaction((r) => r.topologyHistory.append(tenant, batch)),
      deleteBefore: (tenant, timeMs, limit) =>
        transaction((r) => r.topologyHistory.deleteBefore(tenant, timeMs, limit)),
    },
    changes: {
      ...direct.changes,
      add: (changes) => transaction((r) => r.changes.add(changes)),
      deleteBefore: (timeMs) => transaction((r) => r.changes.deleteBefore(timeMs)),
      keepNewest: (tenant, count) => transaction((r) => r.changes.keepNewest(tenant, count)),
    },
    chats: {
      ...direct.chats,
      deleteSession: (tenant, id) => transaction((r) => r.chats.deleteSession(tenant, id)),
      emptyExpired: (nowMs, limit) => transaction((r) => r.chats.emptyExpired(nowMs, limit)),
      addMessages: (tenant, messages) => transaction((r) => r.chats.addMessages(tenant, messages)),
    },
    forge: {
      ...direct.forge,
      ...Object.fromEntries(
        forgeTransactions.map((name) => [
          name,
          (...given: never[]) =>
            transaction((r) => (r.forge[name] as (...all: never[]) => Promise<unknown>)(...given)),
        ]),
      ),
    },
    clusters: {
      ...direct.clusters,
      delete: (id) => transaction((r) => r.clusters.delete(id)),
      saveHealth: (statuses, periods) => transaction((r) => r.clusters.saveHealth(statuses, periods)),
      saveCredential: (credential) => transaction((r) => r.clusters.saveCredential(credential)),
    },
    states: {
      ...direct.states,
      add: (key, state, guard) => transaction((r) => r.states.add(key, state, guard)),
      lock: (key, lock) => transaction((r) => r.states.lock(key, lock)),
      unlock: (key, id) => transaction((r) => r.states.unlock(key, id)),
    },
    deployments: {
      ...direct.deployments,
      insert: (stored, openMax) => transaction((r) => r.deployments.insert(stored, openMax)),
      swap: (stored, options) => transaction((r) => r.deployments.swap(stored, options)),
      acquire: (tenant, id, lease) => transaction((r) => r.deployments.acquire(tenant, id, lease)),
    },
    placements: {
      ...direct.placements,
      saveDecisions: (tenant, decisions) => transaction((r) => r.placements.saveDecisions(tenant, decisions)),
      saveStates: (tenant, states) => transaction((r) => r.placements.saveStates(tenant, states)),
    },
    documents: {
      ...direct.documents,
      update: (tenant, document, max) => transaction((r) => r.documents.update(tenant, document, max)),
      delete: (tenant, id) => transaction((r) => r.documents.delete(tenant, id)),
    },
    correlationRules: {
      ...direct.correlationRules,
      save: (tenant, rule) => transaction((r) => r.correlationRules.save(tenant, rule)),
      saveHits: (hits) => transaction((r) => r.correlationRules.saveHits(hits)),
    },
    models: {
      ...direct.models,
      saveVersion: (version) => transaction((r) => r.models.saveVersion(version)),
    },
    transaction,
    close: () => db.destroy(),
  }
}

const repositoriesOf = (db: Kysely<Schema>): Repositories => ({
  incidents: incidentRepository(db),
  anomalies: anomalyRepository(db),
  alerts: alertRepository(db),
  alertSearch: alertSearchRepository(db),
  alertPresets: alertPresetRepository(db),
  correlationMemory: correlationMemoryRepository(db),
  modelSpending: modelSpendingRepository(db),
  silences: silenceRepository(db),
  memberships: membershipRepository(db),
  diagnoses: diagnosisRepository(db),
  remediations: remediationRepository(db),
  outbox: outboxRepository(db),
  audit: auditRepository(db),
  topologies: topologyRepository(db),
  topologyHistory: topologyHistoryRepository(db),
  clusters: clusterRepository(db),
  changes: changeRepository(db),
  personas: personaRepository(db),
  reports: reportRepository(db),
  chats: chatRepository(db),
  deployments: deploymentRepository(db),
  forge: forgeRepository(db),
  states: stateRepository(db),
  costs: costRepository(db),
  placements: placementRepository(db),
  predictions: predictionRepository(db),
  slos: sloRepository(db),
  feedback: feedbackRepository(db),
  incidentLife: incidentLifeRepository(db),
  models: modelRepository(db),
  detection: detectionRepository(db),
  correlationRules: correlationRuleRepository(db),
  maintenance: maintenanceRepository(db),
  documents: documentRepository(db),
})

/** A database newer than this program is refused: it may hold what this one would not understand. */
async function migrate(db: Kysely<Schema>): Promise<void> {
  await db.executeQuery(CompiledQuery.raw('create table if not exists migration (name text primary key)'))
  const done = await db.executeQuery<{ name: string }>(
    CompiledQuery.raw('select name from migration order by name'),
  )
  const unknown = done.rows.find((row) => !migrations.some((m) => m.name === row.name))
  if (unknown)
    throw new Fault(
      'CONFIG_INVALID',
      `The records were written by a newer version (migration ${unknown.name}); start that version, or use another data folder or database.`,
    )
  for (const { name, statements } of migrations.filter(
    (m) => !done.rows.some((row) => row.name === m.name),
  )) {
    await db.transaction().execute(async (transaction) => {
      // Another process that starts over the same database may have come first.
      const found = await transaction.executeQuery(
        CompiledQuery.raw('select name from migration where name = ?', [name]),
      )
      if (found.rows.length > 0) return
      for (const statement of statements) await transaction.executeQuery(CompiledQuery.raw(statement))
      await transaction.executeQuery(CompiledQuery.raw('insert into migration (name) values (?)', [name]))
    })
  }
}

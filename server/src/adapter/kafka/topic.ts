import { Admin, type BaseOptions, ConfigResourceTypes } from '@platformatic/kafka'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { KafkaConfig } from './config.ts'
import { hasApiId, unavailable } from './failure.ts'

export type KafkaLogOptions = {
  /** `host:port`. */
  brokers: readonly string[]
  topic: string
  config: KafkaConfig
  /** Of SASL; absent for none. */
  password?: string
  clock: Clock
  log: Log
  metrics: Metrics
}

/** How often the brokers are tried at the start, with a second between. */
const attemptsMax = 30

/**
 * Makes the topic when it is not there and looks at what it allows. Entries go when they are stored elsewhere and truncated, never by
 * age or size, so the topic is made to keep everything; one that compacts would lose entries and is refused.
 */
export async function prepareTopic(
  base: BaseOptions,
  options: KafkaLogOptions,
): Promise<{ messageBytesMax: number }> {
  const admin = new Admin(base)
  try {
    await reached(admin, options)
    await makeTopic(admin, options)
    await checkPartition(admin, options)
    return { messageBytesMax: await messageLimit(admin, options) }
  } finally {
    await admin.close().catch(() => undefined)
  }
}

async function reached(admin: Admin, { brokers, clock, log }: KafkaLogOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.metadata({ topics: [], forceUpdate: true })
      return
    } catch (error) {
      const fault = unavailable(error)
      if (attempt >= attemptsMax)
        throw new Fault(
          fault.code,
          `None of the Kafka brokers ${brokers.join(', ')} answers. ${fault.message}`,
          {
            cause: error,
          },
        )
      log.warn({ attempt, reason: fault.message }, 'Kafka does not answer yet')
      await clock.sleep(1_000)
    }
  }
}

async function makeTopic(admin: Admin, { topic, config, log }: KafkaLogOptions): Promise<void> {
  try {
    const known = await admin.listTopics()
    if (known.includes(topic)) return
    await admin.createTopics({
      topics: [topic],
      partitions: Math.max(config.partitions, config.partition + 1),
      replicas: config.replicas,
      configs: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: '-1' },
        { name: 'retention.bytes', value: '-1' },
        { name: 'max.message.bytes', value: String(config.message_bytes) },
      ],
    })
    log.info({ topic, partitions: config.partitions }, 'The Kafka topic was made')
  } catch (error) {
    // Another process made it meanwhile.
    if (!hasApiId(error, 'TOPIC_ALREADY_EXISTS')) throw unavailable(error)
  }
}

async function checkPartition(admin: Admin, { topic, config, clock }: KafkaLogOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
      const count = metadata.topics.get(topic)?.partitionsCount ?? 0
      if (config.partition < count) return
      throw new Fault(
        'CONFIG_INVALID',
        `The Kafka topic ${topic} has ${count} partitions, counted from 0, and partition=${config.partition} is none of them.`,
      )
    } catch (error) {
      // A topic just made is not known to every broker at once.
      if (error instanceof Fault || attempt >= attemptsMax) throw unavailable(error)
      await clock.sleep(200)
    }
  }
}

async function messageLimit(admin: Admin, { topic }: KafkaLogOptions): Promise<number> {
  const names = ['max.message.bytes', 'cleanup.policy']
  const described = await admin
    .describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: names }],
    })
    .catch((error: unknown) => {
      throw unavailable(error)
    })
  const settingOf = (name: string): string | undefined =>
    described.flatMap(({ configs }) => configs).find((one) => one.name === name)?.value ?? undefined
  if (settingOf('cleanup.policy')?.includes('compact'))
    throw new Fault(
      'CONFIG_INVALID',
      `The Kafka topic ${topic} compacts, which drops telemetry: set its cleanup.policy to delete, or name another topic.`,
    )
  // Kafka's own default, where the broker does not say.
  return Number(settingOf('max.message.bytes') ?? 1_048_588)
}

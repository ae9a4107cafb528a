/**
 * Which resources hold data that a replacement or deletion loses: by type, and where the type does not say, by attributes of the plan.
 * A type that is not in the table but is named like one that holds data counts as one: too careful is an approval by a person, too
 * careless a lost database. What the author writes (a tag) can only add.
 */

type Values = Readonly<Record<string, unknown>>

/** Resource types as the documentation of the providers names them (registry: hashicorp/aws, aliyun/alicloud, hashicorp/kubernetes). */
const types: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'a database': [
      ...['aws_db_instance', 'aws_rds_cluster', 'aws_rds_cluster_instance', 'aws_rds_global_cluster'],
      ...['aws_dynamodb_table', 'aws_docdb_cluster', 'aws_neptune_cluster', 'aws_redshift_cluster'],
      ...['aws_keyspaces_table', 'aws_timestreamwrite_table', 'aws_qldb_ledger', 'aws_opensearch_domain'],
      ...['aws_elasticsearch_domain', 'aws_memorydb_cluster', 'aws_lightsail_database'],
      ...['alicloud_db_instance', 'alicloud_polardb_cluster', 'alicloud_mongodb_instance'],
      ...['alicloud_mongodb_sharding_instance', 'alicloud_gpdb_instance', 'alicloud_adb_db_cluster'],
      ...['alicloud_hbase_instance', 'alicloud_lindorm_instance', 'alicloud_elasticsearch_instance'],
      ...['alicloud_click_house_db_cluster', 'alicloud_ots_table', 'alicloud_graph_database_db_instance'],
    ],
    'a cache': [
      ...['aws_elasticache_cluster', 'aws_elasticache_replication_group', 'aws_elasticache_serverless_cache'],
      ...['alicloud_kvstore_instance', 'alicloud_redis_tair_instance'],
    ],
    'a volume or file system': [
      ...[
        'aws_ebs_volume',
        'aws_efs_file_system',
        'aws_fsx_lustre_file_system',
        'aws_fsx_windows_file_system',
      ],
      ...['aws_fsx_openzfs_file_system', 'aws_fsx_ontap_file_system', 'aws_volume_attachment'],
      ...['alicloud_disk', 'alicloud_ecs_disk', 'alicloud_nas_file_system', 'alicloud_cpfs_file_system'],
      ...['alicloud_ecs_disk_attachment', 'alicloud_disk_attachment', 'alicloud_ebs_disk_replica_pair'],
    ],
    // Their names end like those of what stands beside data.
    'an account, and all the data in it': [
      ...['azurerm_storage_account', 'azurerm_cosmosdb_account', 'azurerm_netapp_account'],
    ],
    'a bucket': ['aws_s3_bucket', 'aws_s3_directory_bucket', 'aws_glacier_vault', 'alicloud_oss_bucket'],
    'a queue or stream': [
      ...['aws_sqs_queue', 'aws_kinesis_stream', 'aws_msk_cluster', 'aws_mq_broker'],
      ...['alicloud_alikafka_instance', 'alicloud_amqp_instance', 'alicloud_ons_instance'],
      ...['alicloud_rocketmq_instance', 'alicloud_message_service_queue', 'alicloud_datahub_topic'],
    ],
    'a persistent volume': [
      ...['kubernetes_persistent_volume', 'kubernetes_persistent_volume_v1'],
      ...['kubernetes_persistent_volume_claim', 'kubernetes_persistent_volume_claim_v1'],
    ],
    'a stateful set': ['kubernetes_stateful_set', 'kubernetes_stateful_set_v1'],
    'a namespace, and all that is in it': ['kubernetes_namespace', 'kubernetes_namespace_v1'],
    'keys or secrets': [
      ...['aws_kms_key', 'aws_secretsmanager_secret', 'alicloud_kms_key', 'alicloud_kms_secret'],
    ],
    'a backup or snapshot': [
      ...[
        'aws_backup_vault',
        'aws_db_snapshot',
        'aws_ebs_snapshot',
        'alicloud_ecs_snapshot',
        'alicloud_hbr_vault',
      ],
    ],
  }).flatMap(([reason, names]) => names.map((name) => [name, reason])),
)

/** Of any provider: google_sql_database_instance, azurerm_managed_disk and the like. */
const namedLikeData =
  /(^|_)(db|dbs|database|databases|rds|sql|mysql|mariadb|postgres|postgresql|mongodb|redis|memcache|memcached|cassandra|elasticsearch|opensearch|clickhouse|kafka|rabbitmq|bucket|buckets|disk|volume|pvc|filesystem|file_system|storage|stateful|statefulset|vault|ledger|warehouse|mssql|cosmosdb|bigquery|bigtable|spanner|filestore|firestore|pubsub|eventhub|servicebus|kusto|mongodbatlas|queue|user_pool)(_|$)/

/** Beside such a resource, without its data: aws_db_subnet_group, aws_s3_bucket_policy. */
const beside =
  /_(subnet_group|parameter_group|option_group|security_group|policy|policies|acl|notification|public_access_block|event_subscription|metric|logging|cors_configuration|website_configuration|ownership_controls|account|alarm|role|user|grant|storage_class|storage_class_v1)$/

/** What a `terraform_data` stands for, where a configuration models infrastructure without providers: `input.kind` or `triggers_replace.kind`. */
const kinds: ReadonlySet<string> = new Set([
  ...['database', 'db', 'cache', 'volume', 'disk', 'bucket', 'queue', 'stream', 'filesystem'],
  ...['stateful_set', 'statefulset', 'persistent_volume', 'pvc', 'persistent_volume_claim'],
])
const kubernetesKinds = new Set(['StatefulSet', 'PersistentVolume', 'PersistentVolumeClaim', 'Namespace'])

/** Why it counts as holding data; undefined where it does not. Both values count: a database does not stop being one by a change. */
export function statefulReason(type: string, ...values: readonly unknown[]): string | undefined {
  const known = Object.hasOwn(types, type) ? types[type] : undefined
  if (known !== undefined) return `${type} is ${known}`
  for (const value of values) {
    const reason = reasonOf(type, objectOf(value))
    if (reason !== undefined) return reason
  }
  if (type !== 'terraform_data' && namedLikeData.test(type) && !beside.test(type))
    return `${type} is named like what holds data`
  return undefined
}

function reasonOf(type: string, values: Values): string | undefined {
  if (type === 'terraform_data')
    for (const part of [objectOf(values.input), objectOf(values.triggers_replace)]) {
      const kind = typeof part.kind === 'string' ? part.kind.toLowerCase() : ''
      if (kinds.has(kind)) return `its input says that it is a ${kind}`
      if (isTrue(part.stateful)) return 'its input says that it is stateful'
    }
  if (/^kubernetes_manifest$|^kubectl_manifest$/.test(type)) {
    const text = typeof values.yaml_body === 'string' ? values.yaml_body : ''
    const said = [...text.matchAll(/^[ \t]*(?:-[ \t]+)?["']?kind["']?[ \t]*:[ \t]*["']?(\w+)/gm)]
    for (const kind of [objectOf(values.manifest).kind, ...said.map(([, word]) => word)])
      if (typeof kind === 'string' && kubernetesKinds.has(kind)) return `the manifest is a ${kind}`
  }
  if (isPresent(values.ebs_block_device) || isPresent(values.data_disks))
    return 'it has disks of its own beside the system disk'
  for (const [name, value] of Object.entries({ ...objectOf(values.tags_all), ...objectOf(values.tags) }))
    if (name.toLowerCase() === 'stateful' && isTrue(value)) return 'its tag says that it is stateful'
  return undefined
}

const objectOf = (value: unknown): Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {}
const isPresent = (value: unknown): boolean => Array.isArray(value) && value.length > 0
const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && /^(true|yes|1)$/i.test(value))

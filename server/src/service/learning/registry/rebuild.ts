import type { ModelVersion } from '@aiops/contract/model/detection-model'
import { Fault } from '../../../kernel/fault.ts'
import { type TrainingInputs, train } from '../correction/train.ts'
import { type ModelRegistry, sha256Of, textOf } from './registry.ts'

/** Trains a version again from what it was trained from, and holds the result against what is kept. Throws CONFLICT where it was given. */
export async function rebuilt(
  registry: ModelRegistry,
  version: ModelVersion,
): Promise<{ same: boolean; sha256: string; rebuilt_sha256: string }> {
  const model = await registry.model(version.tenant_id, version.model_id)
  if (model.kind !== 'CORRECTIONS') throw new Fault('CONFLICT', `${model.id} is not trained here, but given.`)
  const inputs = (await registry.document(version.tenant_id, version.inputs_sha256)) as TrainingInputs
  const text = textOf(train(inputs))
  const kept = textOf(await registry.document(version.tenant_id, version.sha256))
  return { same: text === kept, sha256: sha256Of(kept), rebuilt_sha256: sha256Of(text) }
}

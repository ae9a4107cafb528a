import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import type { Kind, ObjectOf } from '../object/kind.ts'

export type ChangeKind = ObjectChange['kind']
/** One thing that a change is about, in a few words. */
export type Aspect = { kind: ChangeKind; text: string }
export type Aspects<K extends Kind> = (before: ObjectOf<K>, after: ObjectOf<K>) => Aspect[]

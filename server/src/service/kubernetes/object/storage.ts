import { z } from 'zod'
import { flag, moment, part, quantities, text, texts, whole, word } from './field.ts'
import { conditions, Meta, Reference } from './meta.ts'

export const PersistentVolumeClaim = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      storageClassName: text,
      volumeName: text,
      volumeMode: text,
      accessModes: texts,
      resources: whole(z.object({ requests: quantities })),
    }),
  ),
  status: whole(z.object({ phase: word, capacity: quantities, conditions })),
})
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaim>

export const PersistentVolume = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      storageClassName: text,
      capacity: quantities,
      accessModes: texts,
      persistentVolumeReclaimPolicy: text,
      claimRef: part(Reference),
      local: part(z.object({ path: word })),
      hostPath: part(z.object({ path: word })),
      csi: part(z.object({ driver: word, volumeHandle: word })),
    }),
  ),
  status: whole(z.object({ phase: word, reason: word, message: word, lastPhaseTransitionTime: moment })),
})
export type PersistentVolume = z.infer<typeof PersistentVolume>

export const StorageClass = z.object({
  metadata: Meta,
  provisioner: word,
  reclaimPolicy: text,
  volumeBindingMode: text,
  allowVolumeExpansion: flag,
})
export type StorageClass = z.infer<typeof StorageClass>

export const VolumeAttachment = z.object({
  metadata: Meta,
  spec: whole(
    z.object({ attacher: word, nodeName: word, source: whole(z.object({ persistentVolumeName: text })) }),
  ),
  status: whole(
    z.object({
      attached: flag,
      attachError: part(z.object({ message: word })),
      detachError: part(z.object({ message: word })),
    }),
  ),
})
export type VolumeAttachment = z.infer<typeof VolumeAttachment>
export const CsiDriver = z.object({ metadata: Meta, spec: whole(z.object({ attachRequired: flag })) })
export type CsiDriver = z.infer<typeof CsiDriver>

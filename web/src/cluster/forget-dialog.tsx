import type { Cluster } from '@aiops/contract/model/cluster'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { titleOf } from './cluster-look.ts'
import { useClusterActions } from './use-cluster.ts'

/** Asks before credentials are forgotten. */
export function ForgetDialog({ cluster, onDone }: { cluster: Cluster; onDone: () => void }) {
  const { forget } = useClusterActions(cluster.id)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Forget the credentials?"
      description={`${titleOf(cluster)} is then neither checked nor watched until others are uploaded.`}
    >
      <div className="space-y-3 px-5 py-4">
        {forget.error && <Failure error={forget.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onDone}>Cancel</Button>
          <Button
            look="danger"
            disabled={forget.isPending}
            onClick={() => forget.mutate(undefined, { onSuccess: onDone })}
          >
            Forget them
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

// Erases a party and kills itself with SIGKILL at the step it is told: a process that stands between a ledger and its
// real stores, so that it dies exactly there.
import { join } from 'node:path';
import { eventSealer, OpenLedger, Projector, RunningProjection, SealedLog } from '@rapport/ledger';
import { aesKeyWrapper, openPersonKeys } from '@rapport/privacy';
import { erasureRules } from '@rapport/profiles';
import { sqliteEventStore, sqliteKeyStore, sqliteProofLog, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';

const [folder, step, secret] = process.argv.slice(2);
const tenant = 'main';
const now = Date.now;
let erasuresToAppend = 0;

const dieAt = (name) => {
  if (name === step) process.kill(process.pid, 'SIGKILL');
};

function dyingKeys(store) {
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'erase') return target[name].bind(target);
      return async (tombstones) => {
        dieAt('before the keys are destroyed');
        const standing = await target.erase(tombstones);
        dieAt('after the keys are destroyed');
        return standing;
      };
    },
  });
}

function dyingEvents(store) {
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'appendEach') return target[name].bind(target);
      return async (appends) => {
        if (appends[0].events[0].type.includes('PersonalDataErased') && ++erasuresToAppend === 2)
          dieAt('between the events of two persons');
        const appended = await target.appendEach(appends);
        if (erasuresToAppend === 2) dieAt('after the events');
        return appended;
      };
    },
  });
}

const file = (name) => join(folder, tenant, name);
const events = dyingEvents(sqliteEventStore({ file: file('ledger.db'), tenant, sealer: eventSealer }));
const viewStore = sqliteViewStore({ file: file('views.db') });
const projector = new Projector({ events, views: viewStore, registry: views, kinds, owner: 'embedded', now });
const projection = new RunningProjection(projector, await projector.open(), () => undefined);
const keys = await openPersonKeys({
  store: dyingKeys(sqliteKeyStore({ file: file('keys.db'), tenant })),
  wrapper: aesKeyWrapper(Buffer.from(secret, 'base64url'), tenant),
  erased: [],
  now,
});
const ledger = new OpenLedger({
  tenant,
  events,
  viewStore,
  kinds,
  views,
  analyses,
  projection,
  log: new SealedLog({
    tenant,
    log: sqliteProofLog(file('ledger.db')),
    heads: { last: async () => undefined, keep: async () => undefined },
    keys: undefined,
  }),
  keys: async () => keys,
  erasure: erasureRules(false),
  writable: true,
  now,
});
await ledger.open();
await ledger.erase({ party: 'c-1', by: 's-7', basis: 'request of the party' });
process.stdout.write('lived\n');
process.exit(0);

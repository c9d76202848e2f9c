// The server as it is used: on a data folder, with views kept up to date in the projection thread.
import { startServer } from '@rapport/api';
import { openEmbedded } from '@rapport/profiles';
import { answer, asked } from './answer.js';

const { dataDir } = asked<{ dataDir: string }>();
const rapport = await openEmbedded({ dataDir, projector: 'thread' });
const server = await startServer({ rapport, port: 0 });
answer(server.url);
process.on('disconnect', () => void server.close());

import { TestEnvironment } from 'jest-environment-node';

/**
 * Runs the end-to-end specs, as they are, on the production profile. Where its servers do not answer they are skipped, and
 * counted as skipped.
 */
export default class ProductionEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.rapportProfile = 'production';
    const { eventStoreDbForTests, mongoDbForTests } = await import('@rapport/testing/production-servers');
    const servers = await Promise.all([eventStoreDbForTests(), mongoDbForTests()]);
    this.isSkipped = servers.includes(undefined);
  }

  handleTestEvent(event, state) {
    if (event.name === 'run_start' && this.isSkipped) skip(state.rootDescribeBlock);
  }
}

function skip(block) {
  for (const child of block.children) {
    child.mode = 'skip';
    if (child.type === 'describeBlock') skip(child);
  }
}

package veche.http;

/// log §12: the named places around the steps of an entry on its way into a log, where tests make a
/// server fail, stand still or die. A server that people use is handed [#NONE]: neither a setting
/// nor the environment nor an address can give it another.
interface Faults {
  /// In the order in which they come.
  enum Step {
    PROVE,
    ADMIT,
    SIGN,
    COMMIT,
    PUBLISH,
    ANSWER
  }

  /// Nothing ever fails on purpose.
  Faults NONE =
      new Faults() {
        @Override
        public void before(Step step) {}

        @Override
        public void after(Step step) {}
      };

  void before(Step step);

  /// The step has done its work; whoever asked for it does not know yet.
  void after(Step step);
}

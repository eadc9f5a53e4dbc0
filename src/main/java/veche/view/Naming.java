package veche.view;

/// record §1: what the server drew for an election before its draft exists.
///
/// @param log the log's vkey
public record Naming(String slug, String origin, String log) {}

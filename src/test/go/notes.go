package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	typeEd25519     = 1
	typeCosignature = 4
)

// ---- keys

// keys is whose word counts: the log's, the witnesses', and which of them together are enough.
type keys struct {
	log       note.Verifier
	witnesses []note.Verifier
	named     map[string]string // a witness's name in the policy → its key's name
	groups    []group
	quorum    string
}

type group struct {
	name    string
	needed  int
	members []string
}

// cosigner verifies lines of type 0x04 (tlog-cosignature v1), which the note package does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	if time >= 1<<63 {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(signed), signature[8:])
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("a malformed verifier key")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != typeCosignature {
		return nil, errors.New("not a cosigner's key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if parts[0] == "" || fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, errors.New("a key id that does not fit")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), key[1:]}, nil
}

// trusted reads the log's key, and a policy whose further lines (`election`, `body`, `rule` of a
// trust file) are nothing to this program.
func trusted(vkey, file string) (keys, error) {
	k := keys{named: map[string]string{}, quorum: "none"}
	if file != "" {
		text, err := readFile(file, mostNote)
		if err != nil {
			return k, err
		}
		scan := bufio.NewScanner(bytes.NewReader(text))
		for n := 1; scan.Scan(); n++ {
			if err := k.line(strings.Fields(scan.Text())); err != nil {
				return k, fmt.Errorf("%s line %d: %w", file, n, err)
			}
		}
	}
	if vkey != "" {
		log, err := note.NewVerifier(vkey)
		if err != nil {
			return k, err
		}
		k.log = log
	}
	if k.log == nil {
		return k, errors.New("no key of the log is given")
	}
	return k, nil
}

func (k *keys) line(words []string) error {
	if len(words) < 2 {
		return nil
	}
	switch words[0] {
	case "log":
		log, err := note.NewVerifier(words[1])
		if err != nil {
			return err
		}
		if k.log != nil {
			return errors.New("a second log")
		}
		k.log = log
	case "witness":
		if len(words) < 3 {
			return errors.New("a witness without a key")
		}
		witness, err := newCosigner(words[2])
		if err != nil {
			return err
		}
		k.witnesses = append(k.witnesses, witness)
		k.named[words[1]] = witness.name
	case "group":
		if len(words) < 4 {
			return errors.New("a group without members")
		}
		g := group{name: words[1], members: words[3:]}
		switch words[2] {
		case "any":
			g.needed = 1
		case "all":
			g.needed = len(g.members)
		default:
			needed, err := strconv.Atoi(words[2])
			if err != nil || needed < 1 || needed > len(g.members) {
				return errors.New("a threshold outside its group")
			}
			g.needed = needed
		}
		k.groups = append(k.groups, g)
	case "quorum":
		k.quorum = words[1]
	}
	return nil
}

// enough tells whether these cosigners, by their keys' names, are the quorum.
func (k keys) enough(cosigners map[string]bool) bool {
	if k.quorum == "none" {
		return false
	}
	met := map[string]bool{}
	for name, key := range k.named {
		met[name] = cosigners[key]
	}
	for _, g := range k.groups {
		count := 0
		for _, member := range g.members {
			if met[member] {
				count++
			}
		}
		met[g.name] = count >= g.needed
	}
	return met[k.quorum]
}

// ---- checkpoints

type checkpoint struct {
	where     string
	size      int64
	root      tlog.Hash
	cosigners map[string]bool
}

// open verifies a note: the log must have signed, and no line of a known key may fail.
func (k keys) open(text []byte) (checkpoint, error) {
	c := checkpoint{cosigners: map[string]bool{}}
	all := append([]note.Verifier{k.log}, k.witnesses...)
	signed, err := note.Open(text, note.VerifierList(all...))
	if err != nil {
		return c, err
	}
	byLog := false
	for _, s := range signed.Sigs {
		if s.Name == k.log.Name() && s.Hash == k.log.KeyHash() {
			byLog = true
		} else {
			c.cosigners[s.Name] = true
		}
	}
	if !byLog {
		return c, errors.New("the log did not sign")
	}
	body, err := lines([]byte(signed.Text))
	if err != nil || len(body) != 3 {
		return c, errors.New("a checkpoint has three lines")
	}
	if body[0] != k.log.Name() {
		return c, fmt.Errorf("a checkpoint of another origin: %s", body[0])
	}
	if c.size, err = decimal(body[1]); err != nil {
		return c, err
	}
	c.root, err = hash(body[2])
	return c, err
}

func lines(text []byte) ([]string, error) {
	if len(text) == 0 {
		return nil, nil
	}
	if text[len(text)-1] != '\n' {
		return nil, errors.New("the last line does not end")
	}
	return strings.Split(string(text[:len(text)-1]), "\n"), nil
}

func decimal(digits string) (int64, error) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != digits {
		return 0, fmt.Errorf("not a decimal number: %q", digits)
	}
	return n, nil
}

func hash(text string) (h tlog.Hash, err error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != tlog.HashSize || base64.StdEncoding.EncodeToString(data) != text {
		return h, errors.New("not a hash in Base64")
	}
	copy(h[:], data)
	return h, nil
}
